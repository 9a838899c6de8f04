// The cache under interference by other users, other packers, full disks and SIGKILL: the archive stays the same.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { cannotMount, mountFresh } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type CliOptions, pack, runCli, runCliJson, STILLROOT } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('block cache on a real machine');
const scratch = new Scratch('cache-system', '/var/tmp');
const tree = scratch.in('tree');
const MIB = 1024 * 1024;
const USER = 12345;
const AS_USER = ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
const LEVEL = ['--level', '0', '--no-manifest', '-f'];
/** Of an archive that was made without a cache. */
let wanted = '';
test.after(() => scratch.remove());

interface CacheReport {
  readonly directory: string | null;
  readonly used: number;
  readonly stored: number;
  readonly notes: readonly string[];
}

/** Packs; the archive must be the same in any state of the cache. */
async function cached(cache: readonly string[], options: CliOptions = {}): Promise<CacheReport> {
  const args = ['pack', tree, '-o', scratch.in('out', 'a.cpio.xz'), ...LEVEL, ...cache];
  const report = (await runCliJson(args, options)) as { digests: { file: string }; cache: CacheReport };
  assert.is(report.digests.file, wanted);
  return report.cache;
}

const shape = ({ used, stored, notes }: CacheReport): unknown[] => [used, stored, notes];

before(test, async () => {
  mkdirSync(tree);
  // Several blocks, quick to encode: most of each is the same again and again.
  for (const name of ['a', 'b', 'c']) {
    const pattern = randomBytes(64 * 1024);
    writeFileSync(`${tree}/${name}`, Buffer.concat([randomBytes(MIB), ...Array<Buffer>(160).fill(pattern)]));
  }
  for (let n = 0; n < 200; n += 1) writeFileSync(`${tree}/text-${n}`, `line ${n} of a file\n`.repeat(n * 20));
  mkdirSync(scratch.in('out'));
  await succeed(['chmod', '0777', scratch.path, scratch.in('out')]);
  await succeed(['chmod', '-R', 'a+rX', tree]);
  wanted = (await pack(tree, scratch.in('out', 'a.cpio.xz'), [...LEVEL, '--no-cache', '--owner', 'root']))
    .digests.file;
  LEVEL.push('--owner', 'root');
});

const asRoot = missing({ root: true, tools: ['setpriv', 'chown', 'chmod'] });

testWhere(test, asRoot, 'another user and root do not believe each other', async () => {
  const home = scratch.in('home');
  mkdirSync(home);
  chownSync(home, USER, USER);
  const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: '' };
  const options: CliOptions = { env, wrapper: AS_USER };
  const user = await cached([], options);
  assert.equal(shape(user), [0, user.stored, []]);
  assert.ok(user.stored > 1);
  rmSync(scratch.in('out', 'a.cpio.xz'));
  // As sudo does where it keeps HOME: nothing of the user is read, and nothing is put there.
  const place = `${home}/.cache/stillroot`;
  const before = readdirSync(`${place}/blocks`);
  const root = await cached([], { env });
  assert.equal([root.directory, root.used, root.stored], [null, 0, 0]);
  assert.match(root.notes.join(), /\.cache: it belongs to uid 12345, but stillroot runs as uid 0/);
  const named = await runCli(['pack', tree, '-o', scratch.in('b.cpio.xz'), '--cache', place], { env });
  assert.is(named.status, 2);
  assert.match(
    named.stderr,
    /stillroot: is not trusted: it belongs to uid 12345, but stillroot runs as uid 0\./,
  );
  assert.equal(readdirSync(`${place}/blocks`), before);
  rmSync(scratch.in('out', 'a.cpio.xz'));
  assert.equal(shape(await cached([], options)), [user.stored, 0, []]);

  // A valid block, but put there by another user.
  const [name = ''] = before;
  chownSync(`${place}/blocks/${name}`, 0, 0);
  chmodSync(`${place}/blocks/${name}`, 0o644);
  rmSync(scratch.in('out', 'a.cpio.xz'));
  const foreign = await cached([], options);
  assert.equal([foreign.used, foreign.stored], [user.stored - 1, 1]);
  assert.match(foreign.notes.join(), /removed, it belongs to uid 0, but stillroot runs as uid 12345/);
  assert.is(statSync(`${place}/blocks/${name}`).uid, USER);
  rmSync(scratch.in('out', 'a.cpio.xz'));
});

testWhere(test, asRoot, 'a home of root that another user may write to', async () => {
  const home = scratch.in('open-home');
  mkdirSync(home);
  await succeed(['chmod', '0777', home]);
  const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: '' };
  // Another user is first to make the place of the cache.
  await succeed([...AS_USER, 'mkdir', '-p', `${home}/.cache/stillroot`]);
  const report = await cached([], { env });
  assert.equal([report.directory, report.used], [null, 0]);
  assert.match(report.notes.join(), /belongs to uid 12345/);
  await succeed(['chown', '0:0', `${home}/.cache`]);
  const second = await cached([], { env });
  assert.equal([second.directory, second.used], [null, 0]);
  assert.match(second.notes.join(), /stillroot: is not trusted: it belongs to uid 12345/);
});

testWhere(test, await cannotMount(scratch, 'tmpfs'), 'a full disk, and a read-only one', async () => {
  const at = await mountFresh(scratch, 'small', 'tmpfs', '300M');
  const cache = `${at}/cache`;
  const all = (await cached(['--cache', cache])).stored;
  assert.equal(shape(await cached(['--cache', cache])), [all, 0, []]);
  await succeed(['mount', '-o', 'remount,ro', at]);
  const readOnly = await cached(['--cache', cache]);
  assert.equal(
    [readOnly.used, readOnly.notes],
    [all, ['stopped storing blocks: its filesystem is read-only']],
  );
  const absent = await runCli(['pack', tree, '-o', scratch.in('c.cpio.xz'), '--cache', `${at}/new`]);
  assert.is(absent.status, 2);
  assert.match(
    absent.stderr,
    /small\/new: cannot be used \(ENOENT\)|small\/new: lies on a read-only filesystem/,
  );
  await succeed(['mount', '-o', 'remount,rw', at]);

  // Less is free than the cache leaves to others.
  await runCliJson(['cache', 'clear', '--cache', cache]);
  writeFileSync(`${at}/ballast`, Buffer.alloc(60 * MIB));
  assert.equal(shape(await cached(['--cache', cache])), [
    0,
    0,
    ['stopped storing blocks: its filesystem is nearly full'],
  ]);
  assert.equal(readdirSync(`${cache}/blocks`), []);
  // No space is free, not even for the archive: an error, and nothing is left.
  writeFileSync(`${at}/ballast`, Buffer.alloc(299 * MIB));
  const full = await runCli(['pack', tree, '-o', `${at}/a.cpio.xz`, ...LEVEL, '--cache', cache]);
  assert.is(full.status, 2);
  assert.match(full.stderr, /no space left on device/);
  assert.equal(readdirSync(at).sort(), ['ballast', 'cache']);
});

test('SIGKILL at any time leaves a cache that works, and no half block that is used', async () => {
  const cache = scratch.in('killed');
  const blocks = `${cache}/blocks`;
  for (let round = 0; round < 4; round += 1) {
    rmSync(cache, { recursive: true, force: true });
    const child = spawn(
      process.execPath,
      [STILLROOT, 'pack', tree, '-o', scratch.in('out', 'k.cpio.xz'), ...LEVEL, '-q', '--cache', cache],
      { stdio: 'ignore' },
    );
    const ended = once(child, 'exit');
    // Around the moment when a block appears, and a little after.
    while (child.exitCode === null && !(existsSync(blocks) && readdirSync(blocks).length > round % 3))
      await sleep(1);
    await sleep(round % 5);
    child.kill('SIGKILL');
    await ended;
    const left = existsSync(blocks)
      ? readdirSync(blocks).filter((name) => name.endsWith('.block')).length
      : 0;
    if (round % 3 > 0) continue;
    const report = await cached(['--cache', cache]);
    assert.equal([report.used, report.notes], [left, []]);
  }
});

test('two packers at once', async () => {
  const cache = scratch.in('shared');
  const run = (output: string): Promise<unknown> =>
    runCliJson(['pack', tree, '-o', scratch.in('out', output), ...LEVEL, '--cache', cache]);
  const reports = (await Promise.all([run('one.cpio.xz'), run('two.cpio.xz')])) as {
    digests: { file: string };
  }[];
  for (const { digests } of reports) assert.is(digests.file, wanted);
  assert.ok(
    readFileSync(scratch.in('out', 'one.cpio.xz')).equals(readFileSync(scratch.in('out', 'two.cpio.xz'))),
  );
  assert.equal((await cached(['--cache', cache])).stored, 0);
});

test.run();
