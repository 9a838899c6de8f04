// The executable on a Debian without Node: it packs what the sources pack, for root and for a user. That for arm64: runtimes.
import { chownSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeExecutable } from '../../.ci/build/executable.ts';
import { type ExecutableProgram, makeExecutableProgram } from '../../.ci/build/executable-program.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { before } from '../support/before.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type PackReport, pack, runCli } from '../support/run-cli.ts';
import { type CommandResult, runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('executable');
const scratch = new Scratch('executable');
const debian = scratch.in('debian');
const SUITE = 'bookworm';
/** What a user has at least, of what a program needs that is linked as Node is; no package needs to be configured. */
const PACKAGES = ['base-files', 'dash', 'coreutils', 'libstdc++6'];
const NOBODY = 65534;
const ARGS = ['--source-date-epoch', '1700000000', '--no-cache', '--no-manifest', '--json'];
let program: ExecutableProgram;

const lacking = missing({ root: true, tools: ['mmdebstrap', 'unshare', 'setfattr'] });

before(test, async () => {
  program = await makeExecutableProgram();
  if (lacking !== undefined) return;
  const mirror = await debianMirror(SUITE);
  if (mirror === undefined) throw new Error(`this machine has no mirror of ${SUITE}`);
  const options = ['--mode=root', '--quiet', '--variant=extract', `--include=${PACKAGES.join(',')}`];
  await succeed(['mmdebstrap', ...options, SUITE, debian, mirror], { timeout: 600_000 });
  cpSync(await build('first'), `${debian}/usr/bin/stillroot`);
  mkdirSync(`${debian}/work`, { mode: 0o777 });
  // An entry that only extended attributes tell from others, and a tree of the user.
  materialize(`${debian}/work/slice`, readSlice('first'));
  await succeed(['setfattr', '-n', 'user.origin', '-v', 'here', `${debian}/work/slice/etc/passwd`]);
  for (const name of ['by-root', 'by-user']) {
    mkdirSync(`${debian}/work/${name}/etc`, { recursive: true });
    writeFileSync(`${debian}/work/${name}/etc/os-release`, 'ID=debian\n');
  }
  await succeed(['chown', '-R', `${NOBODY}:${NOBODY}`, `${debian}/work/by-user`]);
  chownSync(`${debian}/work`, NOBODY, NOBODY);
});
test.after(() => scratch.remove());

async function build(directory: string): Promise<string> {
  return await writeExecutable(program, 'x64', scratch.in(directory));
}

interface Inside {
  readonly user?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A shell script that prepares the mounts of the Debian, which is `$1`. */
  readonly mounts?: string;
}

/** Runs a command in the Debian, with mounts that end with it. */
async function inside(command: readonly string[], options: Inside = {}): Promise<CommandResult> {
  const { user = 0, env = {}, mounts = '' } = options;
  const script = `set -e; mount -t proc proc "$1/proc"; ${mounts}
    root=$1 user=$2; shift 2
    exec chroot --userspec="$user:$user" "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root "$@"`;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const shell = [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    debian,
    String(user),
  ];
  return await runCommand([...shell, ...variables, ...command]);
}

/** The document of a run that must end well. */
async function packInside(source: string, output: string, options: Inside & { args?: string[] } = {}) {
  const { args = [], ...rest } = options;
  const command = ['stillroot', 'pack', `/work/${source}`, '-o', `/work/${output}`, ...ARGS, ...args];
  const { status, stdout, stderr } = await inside(command, rest);
  assert.is(status, 0, stderr);
  return JSON.parse(stdout.toString()) as PackReport;
}

async function packHere(source: string, format: string): Promise<PackReport> {
  const output = scratch.in(`here-${source}.${format}`);
  return await pack(`${debian}/work/${source}`, output, [...ARGS, '--force']);
}

testWhere(test, lacking, 'there is no Node, and it says what the sources say', async () => {
  assert.is.not((await inside(['sh', '-c', 'command -v node nodejs npm'])).status, 0);
  for (const args of [['--version'], ['pack', '--help'], ['pakc']]) {
    const [there, here] = [await inside(['stillroot', ...args]), await runCli(args)];
    assert.equal(
      [there.status, there.stdout.toString(), there.stderr],
      [here.status, here.text, here.stderr],
    );
  }
});

testWhere(test, lacking, 'every compression, on threads, and extended attributes', async () => {
  for (const format of ['cpio', 'cpio.xz', 'cpio.zst', 'cpio.gz', 'tar', 'oci.tar']) {
    const there = await packInside('slice', `slice.${format}`, { args: ['--jobs', '2'] });
    assert.equal(there.digests, (await packHere('slice', format)).digests, format);
  }
  assert.ok(readFileSync(`${debian}/work/slice.tar`).includes('SCHILY.xattr.user.origin=here'));
  const { status, stdout } = await inside(['stillroot', 'list', '/work/slice.cpio.xz', 'etc/passwd']);
  assert.is(status, 0);
  assert.match(stdout.toString(), /etc\/passwd$/m);
});

testWhere(test, lacking, 'a user, without a directory for it', async () => {
  const { digests } = await packHere('by-root', 'cpio.xz');
  const there = await packInside('by-user', 'user.cpio.xz', { user: NOBODY, env: { HOME: '/nonexistent' } });
  assert.equal(there.digests, digests);
});

/** None of these may hold what is executed. */
const NOEXEC =
  'for d in tmp var/tmp dev; do mount -t tmpfs -o noexec,mode=1777 tmpfs "$1/$d"; done; mkdir "$1/dev/shm"';
const READ_ONLY = 'mount --bind "$1/usr" "$1/usr"; mount -o remount,bind,ro "$1/usr"';

testWhere(test, lacking, 'temporary directories without execution are passed over', async () => {
  const { digests } = await packHere('by-root', 'cpio.xz');
  const env = { TMPDIR: '/tmp' };
  const there = await packInside('by-root', 'noexec.cpio.xz', { env, mounts: `${NOEXEC}; ${READ_ONLY}` });
  assert.equal(there.digests, digests, 'from the home directory');
});

testWhere(
  test,
  lacking,
  'where no directory allows execution, the message names them and the way out',
  async () => {
    const options = { env: { HOME: '/nonexistent' }, mounts: `${NOEXEC}; ${READ_ONLY}` };
    const command = ['stillroot', 'pack', '/work/by-root', '-o', '/work/none.cpio.xz', '--no-cache'];
    const refused = await inside(command, options);
    assert.is(refused.status, 2);
    assert.match(refused.stderr, /cannot be loaded from a temporary file/);
    assert.match(refused.stderr, /Set TMPDIR to a directory that you can write to.* not mounted noexec/);
    assert.match(refused.stderr, /\/tmp: .*(?:Operation not permitted|failed to map)/);
    assert.match(refused.stderr, /\/usr\/bin: EROFS/);
    const { digests } = await packHere('by-root', 'cpio.xz');
    const env = { ...options.env, TMPDIR: '/work' };
    assert.equal((await packInside('by-root', 'none.cpio.xz', { ...options, env })).digests, digests);
    // Nothing is left.
    const left = await succeed([
      'ls',
      '-A',
      ...['work', 'root', 'var/tmp'].map((name) => `${debian}/${name}`),
    ]);
    assert.not.match(left, /^\.stillroot-/m);
  },
);

testWhere(test, lacking, 'bench starts it as other processes', async () => {
  const words = ['--packers', 'stillroot-cpio', '--dimension', 'process/umask', '--json'];
  const { status, stdout, stderr } = await inside(['stillroot', 'bench', '/work/by-root', ...words]);
  assert.is(status, 0, stderr);
  const { packers } = JSON.parse(stdout.toString()) as { packers: { name: string }[] };
  assert.equal(
    packers.map(({ name }) => name),
    ['stillroot-cpio'],
  );
});

testWhere(test, lacking, 'it carries the licences, Node among them', async () => {
  const { stdout } = await inside(['stillroot', '--licences']);
  assert.match(stdout.toString(), /^== stillroot$[\s\S]*^== yargs$[\s\S]*^== Node\.js 24\.\d+\.\d+$/m);
});

test('made twice it is the same', async () => {
  const [first, second] = [await build('first'), await build('second')];
  assert.ok(readFileSync(first).equals(readFileSync(second)));
});

test.run();
