// One tree, one digest and one manifest under every variation. Each variation first proves that it varied.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statfsSync, statSync, symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { before } from '../support/before.ts';
import { cannotMount, mountFresh } from '../support/mounts.ts';
import { programFiles } from '../support/programs-tree.ts';
import { rawNames } from '../support/raw-names.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type CliOptions, type PackReport, pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { listTree } from '../support/tree-listing.ts';

const test = suite('invariance');
/** The tree has devices and owners, which only root can make. */
const withoutRoot = missing({ root: true });
const asRoot = (name: string, body: () => void | Promise<void>): void =>
  testWhere(test, withoutRoot, name, body);
const scratch = new Scratch('invariance', '/dev/shm');
/** Loop images; tmpfs cannot back them on every kernel. */
const images = new Scratch('invariance-images');
const control = scratch.in('control');
const ARGS = ['--skip', '**', '--source-date-epoch', '1700000000', '--level', '1'];
const SPECS = [...awkwardTree(), ...programFiles(20)];
let wanted: PackReport['digests'];
/** Digest of the control as a tar archive. */
let wantedTar = '';
/** The manifest of the control, as text. */
let manifest = '';
let outputs = 0;

before(test, async () => {
  if (withoutRoot !== undefined) return;
  materialize(control, SPECS);
  wanted = (await packed(control)).digests;
  manifest = lastManifest();
  wantedTar = await tarDigest(control);
  assert.ok(manifest.includes(wanted.payload) && manifest.includes('"entries"'));
  const again = await packed(control);
  assert.equal(again.digests, wanted, 'the control does not even equal itself');
});
test.after(() => {
  scratch.remove();
  images.remove();
});

function packed(tree: string, options: CliOptions = {}, args: readonly string[] = []): Promise<PackReport> {
  outputs += 1;
  mkdirSync(scratch.in(`out-${outputs}`));
  return pack(tree, imageOf(outputs), [...ARGS, '--manifest-entries', ...args], options);
}

/** All have one name, which is in the manifest. */
function imageOf(output: number): string {
  return scratch.in(`out-${output}`, 'image.cpio.xz');
}

function lastManifest(output: number = outputs): string {
  return readFileSync(`${imageOf(output)}.manifest.json`, 'utf8');
}

async function packsTheSame(
  tree: string,
  options: CliOptions = {},
  args: readonly string[] = [],
): Promise<void> {
  const run = packed(tree, options, args);
  const output = outputs;
  assert.equal((await run).digests, wanted);
  assert.is(lastManifest(output), manifest);
  // The writer of another format, which costs little without compression.
  assert.is(await tarDigest(tree, options, args), wantedTar);
}

async function tarDigest(
  tree: string,
  options: CliOptions = {},
  args: readonly string[] = [],
): Promise<string> {
  const { digests } = await pack(tree, '/dev/null', [...ARGS, '--format', 'tar', ...args], options);
  return digests.file;
}

/** What an expression of Node gives inside a wrapper and environment: how a variation is proved. */
function inside(expression: string, options: CliOptions = {}): Promise<string> {
  return succeed([...(options.wrapper ?? []), process.execPath, '-p', expression], options);
}

// How the work is done.
for (const jobs of ['1', '2', '3', '7']) {
  asRoot(`-j ${jobs}`, () => packsTheSame(control, {}, ['-j', jobs]));
}

for (const format of ['cpio.zst', 'cpio.gz']) {
  asRoot(`${format}: one digest and one manifest over -j`, async () => {
    const found = new Set<string>();
    for (const jobs of ['1', '2', '3', '7']) {
      mkdirSync(scratch.in(`${format}-${jobs}`));
      const image = scratch.in(`${format}-${jobs}`, `image.${format}`);
      const { digests } = await pack(control, image, [...ARGS, '-j', jobs]);
      found.add(`${digests.file} ${readFileSync(`${image}.manifest.json`, 'utf8')}`);
    }
    assert.is(found.size, 1);
  });
}

testWhere(test, missing({ root: true, tools: ['taskset'] }), 'one processor', async () => {
  const options = { wrapper: ['taskset', '-c', '0'] };
  assert.is(await inside('os.availableParallelism()', options), '1');
  await packsTheSame(control, options);
});

asRoot('few open files', async () => {
  const options = { wrapper: ['prlimit', '--nofile=44:44'] };
  assert.is(await succeed([...options.wrapper, 'sh', '-c', 'ulimit -n']), '44');
  await packsTheSame(control, options);
});

asRoot('to a pipe', async () => {
  const { status, stdout, stderr } = await runCli([
    'pack',
    control,
    '-o',
    '-',
    '--format',
    'cpio.xz',
    ...ARGS,
  ]);
  assert.is(status, 0, stderr);
  assert.is(createHash('sha256').update(stdout).digest('hex'), wanted.file);
});

asRoot('two packers at once', async () => {
  await Promise.all([packsTheSame(control), packsTheSame(control)]);
});

// Where the tree lies.
asRoot('order of creation, which is the order of names on tmpfs', async () => {
  const orders = new Set([rawNames(control).join('\n')]);
  for (const shuffle of [1, 2]) {
    const tree = scratch.in(`shuffled-${shuffle}`);
    materialize(tree, SPECS, { shuffle });
    orders.add(rawNames(tree).join('\n'));
    assert.equal(rawNames(tree).sort(), rawNames(control).sort());
    await packsTheSame(tree);
  }
  assert.is(orders.size, 3, 'the filesystem gives the names in one order however they were made');
});

for (const type of ['ext4', 'btrfs'] as const) {
  testWhere(test, await cannotMount(images, type), `on ${type}`, async () => {
    const mounted = await mountFresh(images, `tree-${type}`, type, '256M');
    const tree = `${mounted}/tree`;
    materialize(tree, SPECS);
    assert.is.not(statfsSync(tree).type, statfsSync(control).type);
    const [there, here] = [statSync(`${tree}/order`), statSync(`${control}/order`)];
    assert.is.not(there.dev, here.dev);
    assert.is.not(there.ino, here.ino);
    assert.is.not(there.size, here.size, 'size of a directory');
    if (type === 'btrfs') assert.is.not(there.nlink, here.nlink, 'link count of a directory');
    assert.is.not(rawNames(`${tree}/order`).join('\n'), rawNames(`${control}/order`).join('\n'));
    await packsTheSame(tree);
  });
}

asRoot('names outside the tree, which raise link counts', async () => {
  const tree = scratch.in('linked-outside');
  materialize(tree, SPECS, { outside: scratch.in('outside') });
  const counted = 'links/one-name-outside';
  assert.is.not(statSync(`${tree}/${counted}`).nlink, statSync(`${control}/${counted}`).nlink);
  await packsTheSame(tree);
});

asRoot('path of the tree and working directory', async () => {
  const odd = scratch.in(`a directory\nwith "odd" ${'long '.repeat(40)}name`, 'x');
  materialize(odd, SPECS);
  await packsTheSame(odd);
  await packsTheSame(`${odd}/`);
  await packsTheSame(relative('/usr/share', odd), { cwd: '/usr/share' });
  await packsTheSame('.', { cwd: odd });
  const linked = scratch.in('linked-parent');
  symlinkSync(scratch.in('.'), linked);
  await packsTheSame(`${linked}/control`);
});

// Who packs, and where.
for (const umask of ['000', '077']) {
  asRoot(`umask ${umask}`, async () => {
    const options = { wrapper: ['sh', '-c', `umask ${umask}; exec "$0" "$@"`] };
    assert.is(await inside('process.umask().toString(8).padStart(3, "0")', options), umask);
    await packsTheSame(control, options);
  });
}

testWhere(test, missing({ root: true, tools: ['setpriv'] }), 'another user who owns the tree', async () => {
  // What a user can make and read: no devices, no other owners, nothing unreadable.
  const mine = (id: number): typeof SPECS =>
    SPECS.filter((spec) => spec.type !== 'character' && spec.type !== 'block').map((spec) => ({
      ...spec,
      uid: id,
      gid: id,
      mode: spec.mode | 0o444,
    }));
  const digests = new Set<string>();
  const manifests = new Set<string>();
  for (const id of [0, 65534, 12345]) {
    const tree = scratch.in(`of-${id}`);
    materialize(tree, mine(id));
    const out = scratch.in(`by-${id}`);
    mkdirSync(out, { mode: 0o777 });
    const user = ['--reuid', String(id), '--regid', String(id), '--clear-groups'];
    // The scratch directory is closed to others, so its owner changes with the user.
    await succeed(['chown', `${id}:${id}`, scratch.path, out]);
    const options = { wrapper: ['setpriv', ...user], env: { ...process.env, HOME: '/nonexistent' } };
    assert.is(await inside('process.getuid()', options), String(id));
    digests.add((await pack(tree, `${out}/tree.cpio.xz`, ARGS, options)).digests.file);
    manifests.add(readFileSync(`${out}/tree.cpio.xz.manifest.json`, 'utf8'));
  }
  await succeed(['chown', '0:0', scratch.path]);
  assert.is(digests.size, 1);
  assert.is(manifests.size, 1);
});

testWhere(test, missing({ root: true, tools: ['unshare'] }), 'host name', async () => {
  const options = { wrapper: ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere; exec "$0" "$@"'] };
  assert.is(await inside('os.hostname()', options), 'elsewhere');
  await packsTheSame(control, options);
});

for (const locale of ['C', 'tr_TR.UTF-8', 'et_EE.UTF-8', 'ru_RU.KOI8-R']) {
  const known = (await succeed(['locale', '-a'])).toLowerCase().replaceAll('-', '').split('\n');
  const lacksLocale = known.includes(locale.toLowerCase().replaceAll('-', ''))
    ? undefined
    : `needs the locale ${locale}`;
  testWhere(test, withoutRoot ?? lacksLocale, `locale ${locale}`, async () => {
    const options = { env: { ...process.env, LC_ALL: locale, LANG: locale, LANGUAGE: locale } };
    const charset = locale.split('.')[1] ?? 'ANSI_X3.4-1968';
    assert.is(await succeed(['locale', 'charmap'], options), charset);
    if (locale.startsWith('tr'))
      assert.is(await inside('Intl.Collator().resolvedOptions().locale', options), 'tr-TR');
    await packsTheSame(control, options);
  });
}

asRoot('time zone', async () => {
  const options = { env: { ...process.env, TZ: 'Pacific/Kiritimati' } };
  assert.is(await inside('new Date().getTimezoneOffset()', options), '-840');
  await packsTheSame(control, options);
});

testWhere(test, missing({ root: true, tools: ['faketime'] }), 'clock', async () => {
  const options = {
    wrapper: ['faketime', '2035-05-06 07:08:09'],
    env: { ...process.env, NO_FAKE_STAT: '1' },
  };
  assert.is(await inside('new Date().getFullYear()', options), '2035');
  await packsTheSame(control, options);
});

asRoot('environment', async () => {
  const bare = { wrapper: ['env', '-i'] };
  assert.is(await inside('Object.keys(process.env).length', bare), '0');
  await packsTheSame(control, bare);
  const misleading = {
    XZ_OPT: '-9e --check=crc64',
    XZ_DEFAULTS: '--threads=1',
    TAR_OPTIONS: '--mtime=now',
    POSIXLY_CORRECT: '1',
    UV_THREADPOOL_SIZE: '1',
    HOME: '/nonexistent',
    TMPDIR: '/nonexistent',
    PYTHONHASHSEED: '1',
  };
  await packsTheSame(control, { env: { ...process.env, ...misleading } });
});

asRoot('SOURCE_DATE_EPOCH says the same as the option, and another value says something else', async () => {
  const args = ARGS.filter((arg) => arg !== '--source-date-epoch' && arg !== '1700000000');
  const digest = async (epoch: string, name: string): Promise<PackReport['digests']> => {
    const env = { ...process.env, SOURCE_DATE_EPOCH: epoch };
    return (await pack(control, scratch.in(name), args, { env })).digests;
  };
  assert.equal(await digest('1700000000', 'epoch-same.cpio.xz'), wanted);
  assert.is.not((await digest('1500000000', 'epoch-other.cpio.xz')).payload, wanted.payload);
});

asRoot('times of access and change', async () => {
  const tree = scratch.in('touched');
  materialize(tree, SPECS);
  const before = statSync(`${tree}/order/B`, { bigint: true });
  await succeed(['chmod', '0644', `${tree}/order/B`]);
  await succeed(['touch', '-a', '-d', '2001-02-03', `${tree}/order/B`, `${tree}/order`]);
  const after = statSync(`${tree}/order/B`, { bigint: true });
  assert.is.not(after.ctimeNs, before.ctimeNs);
  assert.is.not(after.atimeNs, before.atimeNs);
  await packsTheSame(tree);
});

asRoot('the tree itself is left as it was', async () => {
  const tree = scratch.in('untouched');
  materialize(tree, SPECS);
  const before = listTree(tree);
  const at = statSync(tree, { bigint: true }).ctimeNs;
  await packsTheSame(tree);
  assert.equal(listTree(tree), before);
  assert.is(statSync(tree, { bigint: true }).ctimeNs, at);
});

asRoot('a change of one byte, mode, owner or name does change the digest', async () => {
  const digests = new Set([wanted.payload]);
  const tree = scratch.in('changed');
  materialize(tree, SPECS);
  for (const change of [
    'printf x >> order/B',
    'chmod 600 order/i',
    'chown 7 order/I',
    'mv order/_ order/__',
  ]) {
    await succeed(['sh', '-c', change], { cwd: tree });
    digests.add((await packed(tree)).digests.payload);
  }
  assert.is(digests.size, 5);
  assert.ok(readFileSync(`${tree}/order/B`).length > 0);
});

test.run();
