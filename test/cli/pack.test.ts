import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { formatOf } from '../../src/pack/formats.ts';
import { before } from '../support/before.ts';
import { runCli } from '../support/run-cli.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli pack');
const scratch = new Scratch('cli-pack');
const tree = scratch.in('tree');
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  mkdirSync(`${tree}/var/log`, { recursive: true });
  writeFileSync(`${tree}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${tree}/etc/escape-\x1b[31mred`, 'x\n');
  writeFileSync(`${tree}/var/log/dpkg.log`, 'a log\n');
  writeFileSync(`${tree}/big`, 'stillroot '.repeat(50_000));
  for (const name of ['etc', 'var/log', 'var', 'big', 'etc/machine-id'])
    utimesSync(`${tree}/${name}`, 1e9, 1e9);
});
test.after(() => scratch.remove());

test('the report says what was packed, what was changed, and the digests of what was written', async () => {
  const output = scratch.in('report.cpio.xz');
  const { status, stdout, stderr } = await run(['pack', tree, '-o', output]);
  assert.is(status, 0, stderr);
  assert.is(stderr, '');
  const [first, size = '', ...others] = stdout.trimEnd().split('\n');
  assert.is(first, `${tree} -> ${output}`);
  assert.match(size, /^ {2}\d+ entries, [\d.]+ KiB -> [\d.]+ \w+, [\d.]+ m?s$/);
  assert.match(
    others.join(''),
    /^ {2}\d+ changes? by \d+ generic rules?, \d+ time stamps clamped to\s+1970-01-01\s+\(-v lists/,
  );
  assert.is(others.at(-1), `  sha256    ${sha256(output)}`);
  const verbose = (await run(['pack', tree, '-o', output, '-f', '-v'])).stdout;
  assert.match(verbose, /\n {2}\d+ entries, .* \(level \d, 1 block\), /);
  assert.match(verbose, /sha256 cpio {2}[0-9a-f]{64}\n {2}sha256 {7}[0-9a-f]{64}\n$/);
  assert.match(verbose, /common\/machine-id-empty/);
  assert.match(verbose, /note: no \/init; use --init/);
});

test('the plain report has one digest, since there is one file', async () => {
  const output = scratch.in('plain.cpio');
  const { stdout } = await run(['pack', tree, '-o', output]);
  assert.ok(stdout.endsWith(`sha256    ${sha256(output)}\n`));
  assert.not.match((await run(['pack', tree, '-o', output, '-f', '-v'])).stdout, /sha256 cpio|level/);
});

test('the same tree gives the same file, whatever the number of threads and however often', async () => {
  const digests = new Set<string>();
  for (const [n, args] of [[], ['-j', '1', '-q'], ['-j', '5', '--color', 'always']].entries()) {
    const output = scratch.in(`same-${n}.cpio.xz`);
    assert.is((await run(['pack', tree, '-o', output, ...args])).status, 0);
    digests.add(sha256(output));
  }
  assert.is(digests.size, 1);
});

test('the source is not written to', async () => {
  const shot = (): string => {
    const names = readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort();
    return JSON.stringify(
      names.map((name) => [name, statSync(`${tree}/${name}`, { bigint: true }).mtimeNs.toString()]),
    );
  };
  const made = shot();
  await run(['pack', tree, '-o', scratch.in('untouched.cpio')]);
  assert.is(shot(), made);
});

test('-q prints nothing', async () => {
  const { status, stdout, stderr } = await run(['pack', tree, '-o', scratch.in('quiet.cpio'), '-q']);
  assert.equal([status, stdout, stderr], [0, '', '']);
  assert.ok(existsSync(scratch.in('quiet.cpio')));
});

test('--force overwrites', async () => {
  const output = scratch.in('forced.cpio');
  writeFileSync(output, 'old');
  assert.is((await run(['pack', tree, '-o', output])).status, 2);
  assert.is((await run(['pack', tree, '-o', output, '-f'])).status, 0);
  assert.is(readFileSync(output, 'latin1').slice(0, 6), '070701');
});

test('with -o - the archive is on standard output and the report on standard error', async () => {
  const file = scratch.in('same-as-stdout.cpio');
  await run(['pack', tree, '-o', file, '-q']);
  const { status, stdout, stderr } = await runCli(['pack', tree, '-o', '-']);
  assert.is(status, 0, stderr);
  assert.ok(stdout.equals(readFileSync(file)));
  assert.match(stderr, / -> standard output\n/);
  assert.ok(stderr.includes(sha256(file)));

  const json = await runCli(['pack', tree, '-o', '-', '--format', 'cpio.xz', '--json']);
  assert.is(json.stdout.subarray(0, 6).toString('latin1'), '\xfd7zXZ\0');
  assert.is((JSON.parse(json.stderr) as { schema: string }).schema, 'stillroot/pack/1');
  // Also beside a directory of that name.
  mkdirSync(scratch.in('beside/-'), { recursive: true });
  assert.is((await runCli(['pack', tree, '-o', '-', '-q'], { cwd: scratch.in('beside') })).stderr, '');
});

test('a reader that goes away is no news, but the status is 2', async () => {
  const bin = new URL('../../src/cli/bin.ts', import.meta.url).pathname;
  const script = '{ "$0" "$1" pack "$2" -o - --no-progress; echo "status $?" >&2; } | head -c 10 >/dev/null';
  const { stderr } = await runCommand(['sh', '-c', script, process.execPath, bin, tree]);
  assert.is(stderr, 'status 2\n');
});

test('--init, --root-entry and an epoch', async () => {
  const output = scratch.in('init.cpio');
  const { stdout } = await run([
    ...['pack', tree, '-o', output, '--init', '/big', '--root-entry', '-v'],
    ...['--source-date-epoch', '900000000'],
  ]);
  assert.match(stdout, /1998-07-09T16:00:00Z/);
  assert.match(stdout, /option\/init/);
  assert.not.match(stdout, /note: no/);
  const listed = (await run(['list', output])).stdout;
  assert.match(listed, /^drwxr-xr-x +1 +0 +0 +0 1998-07-09 16:00:00 \.\n/);
  assert.match(listed, / init -> \/big\n/);
  assert.not.match(listed, /2001-/);
});

test('$SOURCE_DATE_EPOCH counts where the option is not given', async () => {
  const epochOf = async (args: string[], env: Record<string, string>): Promise<number> => {
    const { stdout } = await run(['check', tree, '--json', ...args], { env });
    return (JSON.parse(stdout) as { epoch: number }).epoch;
  };
  assert.is(await epochOf([], {}), 0);
  assert.is(await epochOf([], { SOURCE_DATE_EPOCH: '77' }), 77);
  assert.is(await epochOf(['--source-date-epoch', '78'], { SOURCE_DATE_EPOCH: '77' }), 78);
  assert.is(await epochOf([], { SOURCE_DATE_EPOCH: '' }), 0);
});

test('an early segment goes first', async () => {
  const segment = scratch.in('segment.cpio');
  const both = scratch.in('both.cpio.xz');
  await run(['pack', tree, '-o', segment, '-q', '--only', 'common/machine-id-empty']);
  assert.is((await run(['pack', tree, '-o', both, '--segment', segment])).status, 0);
  const bytes = readFileSync(both);
  const first = readFileSync(segment);
  assert.ok(bytes.subarray(0, first.length).equals(first));
  assert.is(bytes.toString('latin1', first.length, first.length + 6), '\xfd7zXZ\0');
});

test('names with escape sequences are never printed raw', async () => {
  const rules = scratch.in('report.toml');
  writeFileSync(
    rules,
    '[[rule]]\nid = "odd"\nmatch = "etc/escape*"\naction = "report"\nwhy = "It is odd."\n',
  );
  for (const argv of [
    ['pack', tree, '-o', scratch.in('escape.cpio'), '-vv', '--rules', rules],
    ['check', tree, '-vv', '--rules', rules],
    ['check', tree, '--json', '--rules', rules],
    ['rules', 'explain', tree, 'etc/escape-\x1b[31mred', '--rules', rules],
    ['list', scratch.in('escape.cpio')],
  ]) {
    const { stdout, stderr } = await run(argv);
    assert.not.match(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/, argv.join(' '));
    assert.match(stdout, /escape-\\\\?\\?x1b\[31mred/, argv.join(' '));
  }
});

test('colour: the flag, then NO_COLOR, then FORCE_COLOR, then the terminal', async () => {
  const isColored = async (
    args: string[],
    env: Record<string, string>,
    isOutTerminal = false,
  ): Promise<boolean> =>
    (await run(['check', tree, ...args], { env, isOutTerminal })).stdout.includes('\x1b[');
  assert.is(await isColored([], {}), false);
  assert.is(await isColored([], {}, true), true);
  assert.is(await isColored([], { NO_COLOR: '1' }, true), false);
  assert.is(await isColored([], { FORCE_COLOR: '1' }), true);
  assert.is(await isColored([], { FORCE_COLOR: '0' }, true), false);
  assert.is(await isColored([], { NO_COLOR: '1', FORCE_COLOR: '1' }, true), false);
  assert.is(await isColored(['--color', 'always'], { NO_COLOR: '1' }), true);
  assert.is(await isColored(['--color', 'never'], { FORCE_COLOR: '1' }, true), false);
});

test('progress only on a terminal, and erased at the end', async () => {
  // An encoder takes several times the tenth of a second after which the line appears, on a fast machine too.
  const large = scratch.in('large');
  mkdirSync(large);
  writeFileSync(`${large}/random`, randomBytes(2 * 1024 * 1024));
  const progress = async (args: string[], isErrTerminal: boolean, env = {}): Promise<string> => {
    const argv = ['pack', large, '-o', scratch.in('progress.cpio.xz'), '--no-cache', '-f', ...args];
    return (await run(argv, { isErrTerminal, env })).progress;
  };
  assert.is(await progress([], false), '');
  assert.match(await progress([], true), /^\r\x1b\[2K\w+ .*\r\x1b\[2K$/s);
  assert.is(await progress(['--no-progress'], true), '');
  assert.is(await progress(['-q'], true), '');
  assert.is(await progress([], true, { CI: 'true' }), '');
  assert.match(await progress(['--progress'], false), /^\r\x1b\[2K\w+ /);
});

test('the name of the output decides the format, unless --format does', () => {
  for (const [output, format] of [
    ['a.cpio', 'cpio'],
    ['dir.xz/a.cpio', 'cpio'],
    ['a.cpio.xz', 'cpio.xz'],
    ['initrd.xz', 'cpio.xz'],
    ['a.tar', 'tar'],
    ['a.cpio.tar.xz', 'tar.xz'],
    ['a.txz', 'tar.xz'],
    ['-', 'cpio'],
    ['/dev/null', 'cpio'],
  ] as const) {
    assert.is(formatOf(output), format, output);
  }
  for (const output of ['', 'a', 'a.img', 'a.tar.bz2', 'a.cpio.lz4']) {
    assert.throws(
      () => formatOf(output),
      (error: StillrootError) => error.code === 'usage',
    );
  }
});

test.run();
