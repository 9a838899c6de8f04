import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('the cache on the command line');
const scratch = new Scratch('cli-cache');
const tree = scratch.in('tree');
test.after(() => scratch.remove());

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/file`, 'content\n'.repeat(100));
  mkdirSync(scratch.in('out'));
});

let number = 0;
async function pack(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Run & { archive: Buffer | undefined }> {
  number += 1;
  const output = scratch.in(`${number}.cpio.xz`);
  const level = args.includes('--level') ? [] : ['--level', '0'];
  const result = await run(['pack', tree, '-o', output, '--no-manifest', ...level, ...args], { env });
  return { ...result, archive: existsSync(output) ? readFileSync(output) : undefined };
}

interface CacheOf {
  readonly cache?: { directory: string | null; used: number; stored: number; notes: string[] };
}
const cacheOf = ({ stdout }: Run): CacheOf['cache'] => (JSON.parse(stdout) as CacheOf).cache;

test('a directory that is named: made, used, reported', async () => {
  const cache = scratch.in('named');
  const cold = await pack(['--cache', cache, '--json']);
  assert.equal(cacheOf(cold), { directory: cache, used: 0, stored: 1, notes: [] });
  const warm = await pack(['--cache', cache, '-v']);
  assert.match(warm.stdout, `  cache        1 of 1 block from ${cache}\n`);
  assert.ok(warm.archive?.equals(cold.archive as Buffer));
  const without = await pack(['--no-cache', '--json']);
  assert.equal(cacheOf(without), { directory: null, used: 0, stored: 0, notes: [] });
  assert.ok(without.archive?.equals(cold.archive as Buffer));
  // Another level makes other blocks.
  assert.is(cacheOf(await pack(['--cache', cache, '--level', '1', '--json']))?.used, 0);
});

test('the default place, and what is said where there is none', async () => {
  const env = { XDG_CACHE_HOME: scratch.in('caches'), HOME: '/' };
  mkdirSync(env.XDG_CACHE_HOME);
  await pack([], env);
  const warm = await pack(['--json'], env);
  assert.equal(cacheOf(warm)?.used, 1);
  assert.match((await pack(['-v'])).stdout, /\n {2}cache: not used: neither XDG_CACHE_HOME nor HOME names/);
  assert.not.match((await pack([])).stdout, /\n {2}cache/);
});

test('a damaged block is said with -v', async () => {
  const cache = scratch.in('damaged');
  await pack(['--cache', cache]);
  const [name = ''] = readdirSync(`${cache}/blocks`);
  writeFileSync(`${cache}/blocks/${name}`, 'nothing');
  const { stdout } = await pack(['--cache', cache, '-v']);
  assert.match(stdout, /cache {8}0 of 1 block from/);
  assert.match(stdout, /\n {2}cache: [0-9a-f]{64}\.block: removed, it is too short\n/);
});

test('an uncompressed archive has nothing to do with it', async () => {
  const cache = scratch.in('for-cpio');
  const output = scratch.in('plain.cpio');
  const { stdout } = await run(['pack', tree, '-o', output, '--no-manifest', '--cache', cache, '--json']);
  assert.is(cacheOf({ stdout } as Run), undefined);
  assert.not(existsSync(cache));
});

test('what is wrong with it is said, and nothing is written', async () => {
  const refusals: [string[], RegExp][] = [
    [
      ['--cache', `${tree}/new/cache`],
      /tree\/new\/cache: lies inside the source .*outside the tree with --cache/,
    ],
    [['--cache', tree], /tree: is neither empty nor a stillroot cache/],
    [['--cache', `${tree}/etc/file`], /is not a directory/],
    [['--cache', ''], /--cache: is empty/],
    [
      ['--cache-size', '5 apples'],
      /--cache-size: invalid value "5 apples", wanted a size such as 500M or 2G/,
    ],
    [['--cache-size', '2g'], /--cache-size: invalid value "2g"/],
  ];
  for (const [args, message] of refusals) {
    const { status, stderr, archive } = await pack(args);
    assert.is(status, 2, args.join(' '));
    assert.match(stderr, message);
    assert.is(archive, undefined);
  }
  assert.equal(readdirSync(tree), ['etc']);
});

test('the default place inside the tree is left alone', async () => {
  mkdirSync(`${tree}/root`);
  const { stdout } = await pack(['-v'], { HOME: `${tree}/root` });
  assert.match(stdout, /cache: not used: .*lies inside the source/);
  assert.equal(readdirSync(`${tree}/root`), []);
});

test('finalize --archive uses it as well', async () => {
  const root = scratch.in('root');
  mkdirSync(root);
  writeFileSync(`${root}/file`, 'some content');
  const finalize = (...args: string[]): Promise<Run> =>
    run(['finalize', root, '--archive', 'a.cpio.xz', '--cache', scratch.in('finalize'), ...args], {
      env: { OUTPUTDIR: scratch.in('out') },
    });
  const first = await finalize('--json');
  assert.equal(cacheOf(first)?.stored, 1, first.stderr);
  assert.match((await finalize('-v')).stdout, /cache {5}1 of 1 block from/);
});

test('info and clear: files of ours alone', async () => {
  const cache = scratch.in('cleared');
  const info = async (...args: string[]): Promise<string> =>
    (await run(['cache', ...args, '--cache', cache])).stdout;
  assert.is(await info('info'), `${cache}: does not exist yet\n`);
  assert.is(await info('clear'), `${cache}: does not exist yet\n`);
  assert.not(existsSync(cache));
  await pack(['--cache', cache]);
  await pack(['--cache', cache, '--level', '1']);
  writeFileSync(`${cache}/blocks/mine`, '');
  assert.match(await info('info'), /: 2 blocks, \d+ B\n$/);
  const { stdout } = await run(['cache', 'info', '--cache', cache, '--json']);
  assert.is((JSON.parse(stdout) as { blocks: number }).blocks, 2);
  assert.match(await info('clear'), /: 2 blocks, \d+ B removed\n$/);
  assert.equal(readdirSync(`${cache}/blocks`), ['mine']);
  assert.match(await info('info'), /: 0 blocks, 0 B\n$/);
});

test('info and clear of what is no cache', async () => {
  for (const action of ['info', 'clear']) {
    const { status, stderr } = await run(['cache', action, '--cache', tree]);
    assert.is(status, 2);
    assert.match(stderr, /is neither empty nor a stillroot cache/);
    const none = await run(['cache', action]);
    assert.is(none.status, 2);
    assert.match(none.stderr, /the default cache: neither XDG_CACHE_HOME nor HOME names a directory/);
  }
  assert.is((await run(['cache', 'prune'])).status, 2);
});

test.run();
