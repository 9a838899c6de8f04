// Trees that try to reach outside, and places that cannot be written: as root, the worst case.
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeJournal } from '../../src/finalize/journal-format.ts';
import type { Operation } from '../../src/finalize/operation.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { bindMount, cannotMount, mountFresh } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type CliResult, pack, runCli } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory, seen } from './every-kind.ts';
import { leaveJournal } from './leave-journal.ts';

const test = suite('hostile trees');
const scratch = new Scratch('hostile', '/var/tmp');
const tools = ['mount', 'umount', 'chattr', 'setpriv', 'find', 'sh'];
const asRoot = (name: string, body: () => void | Promise<void>): void =>
  testWhere(test, missing({ root: true, tools }), name, body);
test.after(() => scratch.remove());

const EPOCH = ['--source-date-epoch', '1600000000'];
const finalize = (root: string, ...args: string[]): Promise<CliResult> =>
  runCli(['finalize', root, ...EPOCH, ...args]);

/** A tree that many rules want to change. */
function makeTree(at: string = freshDirectory(scratch.path)): string {
  const root = `${at}/tree`;
  for (const path of ['', 'etc', 'var', 'var/log', 'var/lib', 'var/cache', 'run', 'tmp', 'proc', 'data']) {
    mkdirSync(`${root}/${path}`);
  }
  writeFileSync(`${root}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  writeFileSync(`${root}/etc/shadow-`, 'x\n');
  writeFileSync(`${root}/var/log/dpkg.log`, 'today\n');
  writeFileSync(`${root}/data/file`, 'content\n');
  return root;
}

/** The same names as the tree has, as if it were the machine itself. */
function makeHost(): string {
  const host = `${freshDirectory(scratch.path)}/host`;
  for (const path of ['', 'log', 'sub']) mkdirSync(`${host}/${path}`);
  for (const path of [
    'machine-id',
    'shadow',
    'shadow-',
    'passwd-',
    'hostname',
    'log/dpkg.log',
    'dpkg.log',
    'sub/x',
  ]) {
    writeFileSync(`${host}/${path}`, `host ${path}\n`);
  }
  chmodSync(`${host}/shadow`, 0o4640);
  chownSync(`${host}/shadow`, 3, 42);
  return host;
}

/** Names, types, sizes, modes, owners and times of everything below. */
const listed = (path: string): Promise<string> =>
  succeed(['find', path, '-xdev', '-printf', '%p %y %s %m %U:%G %T@ %n\\n'], {
    env: { ...process.env, LC_ALL: 'C' },
  });

asRoot('etc and var/log lead to the real /etc, which nobody touches', async () => {
  const before = await listed('/etc');
  const root = makeTree();
  rmSync(`${root}/etc`, { recursive: true });
  rmSync(`${root}/var/log`, { recursive: true });
  symlinkSync('/etc', `${root}/etc`);
  symlinkSync('../../../../../../../../etc', `${root}/var/log`);
  symlinkSync('/etc', `${root}/var/cache/man`);
  const { status, stderr } = await finalize(root);
  assert.is(status, 0, stderr);
  assert.is(await listed('/etc'), before);
});

asRoot('links to every place that rules know, with the same names behind them', async () => {
  const host = makeHost();
  const before = seen(host);
  for (const link of ['etc', 'var', 'var/log', 'var/lib', 'var/cache', 'run', 'tmp', 'usr', 'root', 'boot']) {
    const root = makeTree();
    rmSync(`${root}/${link}`, { recursive: true, force: true });
    symlinkSync(host, `${root}/${link}`);
    const untouched = await pack(root, `${scratch.path}/a.cpio`, [...EPOCH, '-f']);
    const { status, stderr } = await finalize(root);
    assert.is(status, 0, stderr);
    assert.is(seen(host), before, link);
    const after = await pack(root, `${scratch.path}/a.cpio`, [...EPOCH, '-f']);
    assert.is(after.digests.payload, untouched.digests.payload);
  }
});

asRoot('hard links to files of the host: rewritten, truncated, dropped, given away', async () => {
  const host = makeHost();
  const root = makeTree();
  for (const [name, at] of [
    ['machine-id', 'etc/machine-id'],
    ['shadow', 'etc/shadow'],
    ['shadow-', 'etc/shadow-'],
    ['dpkg.log', 'var/log/dpkg.log'],
    ['hostname', 'data/other'],
  ]) {
    rmSync(`${root}/${at}`, { force: true });
    linkSync(`${host}/${name}`, `${root}/${at}`);
  }
  linkSync(`${host}/hostname`, `${root}/data/third`);
  const before = seen(host);
  const untouched = await pack(root, `${scratch.path}/b.cpio`, [...EPOCH, '--map-uid', '3:0']);
  const { status, stderr } = await finalize(root, '--map-uid', '3:0');
  assert.is(status, 0, stderr);
  assert.is(seen(host), before);
  assert.is(lstatSync(`${root}/data/other`).ino, lstatSync(`${root}/data/third`).ino);
  const after = await pack(root, `${scratch.path}/b.cpio`, [...EPOCH, '-f']);
  assert.is(after.digests.payload, untouched.digests.payload);
});

asRoot(
  'an immutable file: what could not be done is said, and after chattr -i the next run completes it',
  async () => {
    for (const path of ['etc/machine-id', 'etc/shadow-', 'data/file', 'etc']) {
      const root = makeTree();
      const untouched = await pack(root, `${scratch.path}/c.cpio`, [...EPOCH, '-f']);
      const made = await runCommand(['chattr', '+i', `${root}/${path}`]);
      if (made.status !== 0) return;
      const { status, stderr } = await finalize(root, '--json');
      await succeed(['chattr', '-i', `${root}/${path}`]);
      assert.is(status, 2, path);
      assert.match(stderr, new RegExp(`/tree/etc|/tree/${path}`));
      assert.match(stderr, /chattr -i/);
      const second = await finalize(root);
      assert.is(second.status, 0, second.stderr);
      assert.match(second.stderr, /completed an interrupted run/);
      const after = await pack(root, `${scratch.path}/c.cpio`, [...EPOCH, '-f']);
      assert.is(after.digests.payload, untouched.digests.payload, path);
    }
  },
);

asRoot('a read-only mount: a clear error, and nothing is left', async () => {
  const root = makeTree();
  const at = scratch.in('read-only');
  mkdirSync(at);
  await bindMount(scratch, root, at);
  await succeed(['mount', '-o', 'remount,bind,ro', at]);
  const before = seen(root);
  const { status, stderr } = await finalize(at);
  assert.is(status, 2);
  assert.match(stderr, /EROFS.*mounted read-only/s);
  assert.is(seen(root), before);
});

asRoot('a full filesystem: a clear error, nothing changed, nothing left', async () => {
  const at = await mountFresh(scratch, 'full', 'tmpfs', '1M');
  const root = makeTree(at);
  writeFileSync(`${root}/data/large`, Buffer.alloc(300_000, 1));
  linkSync(`${root}/data/large`, `${at}/outside`);
  writeFileSync(`${at}/rest`, '');
  await runCommand(['sh', '-c', `head -c 600000 /dev/zero > "$0"`, `${at}/rest`]);
  const before = await listed(`${root}/data`);
  const { status, stderr } = await finalize(root);
  assert.is(status, 2);
  assert.match(stderr, /ENOSPC.*Free some space/s);
  assert.is(await listed(`${root}/data`), before);
  assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
  rmSync(`${at}/rest`);
  const second = await finalize(root);
  assert.is(second.status, 0, second.stderr);
});

asRoot('mounts in the tree: what is mounted keeps everything, the mount point its place', async () => {
  const host = makeHost();
  const root = makeTree();
  // In a directory that stays, in one whose content goes, and one that goes itself.
  for (const path of ['data/bound', 'run/bound', 'var/cache/man', 'var/cache/man/deep'])
    mkdirSync(`${root}/${path}`);
  writeFileSync(`${root}/data/bound-file`, '');
  const fresh = await mountFresh(scratch, 'fresh', 'tmpfs', '1M');
  writeFileSync(`${fresh}/kept`, 'x');
  utimesSync(fresh, 1_800_000_000.5, 1_800_000_000.5);
  await bindMount(scratch, host, `${root}/data/bound`);
  await bindMount(scratch, host, `${root}/run/bound`);
  await bindMount(scratch, fresh, `${root}/var/cache/man/deep`);
  await bindMount(scratch, host, `${root}/proc`);
  await bindMount(scratch, `${host}/shadow`, `${root}/data/bound-file`);
  const [before, beforeFresh] = [seen(host), seen(fresh)];
  const { status, text, stderr } = await finalize(root, '--json');
  assert.is(status, 0, stderr);
  assert.is(seen(host), before);
  assert.is(seen(fresh), beforeFresh);
  const { warnings } = JSON.parse(text) as { warnings: { code: string; path: string; message: string }[] };
  const about = warnings.filter(({ code }) => code === 'mount-point');
  const mounts = new Set(about.map(({ path }) => path));
  assert.is(about.length, mounts.size, 'one warning each, also of what should be removed');
  for (const { message } of about) assert.not.match(message, /packed/);
  for (const path of ['data/bound', 'data/bound-file', 'proc']) assert.ok(mounts.has(path), path);
  assert.is(readFileSync(`${root}/etc/machine-id`, 'utf8'), '');
  assert.ok(existsSync(`${root}/var/cache/man/deep/kept`));
  const strict = await finalize(makeTree(), '--strict');
  assert.is(strict.status, 0, strict.stderr);
  const refused = await finalize(root, '--strict');
  assert.is(refused.status, 2);
  assert.is(seen(host), before);
});

asRoot('in a hook of mmdebstrap, what it has mounted itself is no warning', async () => {
  const root = makeTree();
  for (const path of ['dev', 'dev/shm', 'run/lock', 'data/own']) mkdirSync(`${root}/${path}`);
  const fresh = await mountFresh(scratch, 'of-mmdebstrap', 'tmpfs', '1M');
  for (const path of ['dev/shm', 'run/lock', 'proc', 'data/own']) {
    await bindMount(scratch, fresh, `${root}/${path}`);
  }
  const warned = async (mode: NodeJS.ProcessEnv): Promise<string[]> => {
    const env = { ...process.env, ...mode };
    const { status, text, stderr } = await runCli(['finalize', root, ...EPOCH, '--json'], { env });
    assert.is(status, 0, stderr);
    const { warnings } = JSON.parse(text) as { warnings: { path: string; message: string }[] };
    return warnings.map(({ path, message }) => `${path}: ${message.slice(0, 17)}`).sort();
  };
  // What only the attempt reveals is among them.
  assert.ok((await warned({})).includes('dev/shm: should be removed'));
  assert.equal(await warned({ MMDEBSTRAP_MODE: 'root' }), ['data/own: something is moun']);
});

asRoot('--cross-mounts works on what is mounted, where nothing can be renamed into', async () => {
  const root = makeTree();
  const fresh = await mountFresh(scratch, 'crossed', 'tmpfs', '1M');
  await succeed(['cp', '-a', `${root}/etc/.`, fresh]);
  for (const [from, to] of [
    ['machine-id', 'first'],
    ['os-release', 'second'],
  ]) {
    linkSync(`${fresh}/${from}`, `${fresh}/${to}`);
  }
  await bindMount(scratch, fresh, `${root}/etc`);
  const args = [...EPOCH, '--cross-mounts', '-f'];
  const untouched = await pack(root, `${scratch.path}/e.cpio`, args);
  const { status, stderr } = await finalize(root, '--cross-mounts');
  assert.is(status, 0, stderr);
  // Its other name is decided on its own, and keeps what it held.
  assert.is(readFileSync(`${fresh}/machine-id`, 'utf8'), '');
  assert.is(readFileSync(`${fresh}/first`, 'utf8').length, 33);
  assert.is((await pack(root, `${scratch.path}/e.cpio`, args)).digests.payload, untouched.digests.payload);
  assert.match((await finalize(root, '--cross-mounts')).text, /nothing to do/);
});

testWhere(
  test,
  missing({ root: true, tools: ['mkfs.btrfs', 'btrfs'] }) ?? (await cannotMount(scratch, 'btrfs')),
  'a btrfs subvolume in the tree is another filesystem without being mounted',
  async () => {
    const at = await mountFresh(scratch, 'btrfs', 'btrfs', '256M');
    const root = makeTree(at);
    await succeed(['btrfs', '-q', 'subvolume', 'create', `${root}/sub`]);
    await succeed(['cp', '-a', `${root}/etc`, `${root}/sub/etc`]);
    linkSync(`${root}/sub/etc/shadow-`, `${root}/sub/outside`);
    const rules = `${at}/own.toml`;
    const rule = 'id = "x"\nmatch = "sub/etc/*"\naction = "replace"\ncontent = "new"\nwhy = "x"\n';
    writeFileSync(rules, `[[rule]]\n${rule}`);
    const args = [...EPOCH, '--rules', rules, '-f'];
    const untouched = await pack(root, `${scratch.path}/f.cpio`, args);
    const { status, stderr } = await finalize(root, '--rules', rules);
    assert.is(status, 0, stderr);
    assert.is(readFileSync(`${root}/sub/etc/machine-id`, 'utf8'), 'new');
    assert.is((await pack(root, `${scratch.path}/f.cpio`, args)).digests.payload, untouched.digests.payload);
  },
);

const CHOWN_TO_ROOT: Operation = { do: 'set', path: 'data/file', owner: [0, 0], mode: 0o4755 };

asRoot("a journal that a user made to get a program of his made root's is refused", async () => {
  for (const mode of [0o700, 0o777]) {
    const root = makeTree();
    const journal = `${root}/${JOURNAL_DIRECTORY}`;
    chownSync(`${root}/data/file`, 12345, 12345);
    leaveJournal(root, [CHOWN_TO_ROOT]);
    chmodSync(journal, mode);
    // Of root, but writable for all; or of the user.
    if (mode === 0o700) {
      chownSync(journal, 12345, 12345);
      for (const name of ['list', 'seal']) chownSync(`${journal}/${name}`, 12345, 12345);
    }
    const { status, stderr } = await finalize(root);
    assert.is(status, 2);
    assert.match(stderr, /is not the journal of a finalize run by you/);
    const { uid, mode: left } = lstatSync(`${root}/data/file`);
    assert.equal([uid, left & 0o7777], [12345, 0o644]);
    assert.ok(existsSync(`${journal}/seal`));
  }
});

asRoot('a list that a user put into a directory of root is refused as well', async () => {
  const root = makeTree();
  const journal = `${root}/${JOURNAL_DIRECTORY}`;
  for (const name of ['seal', 'list']) {
    leaveJournal(root, [CHOWN_TO_ROOT]);
    chownSync(`${journal}/${name}`, 12345, 12345);
    const { status, stderr } = await finalize(root);
    assert.is(status, 2);
    assert.match(stderr, new RegExp(`a file ${name} created by another user`));
    rmSync(journal, { recursive: true });
  }
});

asRoot('a symlink, a file and a FIFO under the name of the journal', async () => {
  const host = makeHost();
  chmodSync(host, 0o700);
  writeFileSync(`${host}/list`, encodeJournal([{ do: 'remove', path: 'data/file', isDirectory: false }]));
  const before = seen(host);
  for (const make of [
    (path: string) => Promise.resolve(symlinkSync(host, path)),
    (path: string) => Promise.resolve(writeFileSync(path, 'x')),
    (path: string) => succeed(['mkfifo', path]),
  ]) {
    const root = makeTree();
    await make(`${root}/${JOURNAL_DIRECTORY}`);
    const { status, stderr, timedOut } = await runCli(['finalize', root], { timeout: 20_000 });
    assert.not.ok(timedOut);
    assert.is(status, 2);
    assert.match(stderr, /is not a directory that finalize created/);
    assert.ok(existsSync(`${root}/data/file`));
  }
  assert.is(seen(host), before);
});

asRoot('of two that start at once on one tree, one does the work and no harm is done', async () => {
  for (let round = 0; round < 3; round += 1) {
    const root = makeTree();
    for (let index = 0; index < 300; index += 1) writeFileSync(`${root}/data/${index}`, 'x');
    const untouched = await pack(root, `${scratch.path}/d.cpio`, [...EPOCH, '-f']);
    const results = await Promise.all([finalize(root), finalize(root), finalize(root)]);
    assert.ok(results.some(({ status }) => status === 0));
    for (const { status, stderr } of results) {
      if (status !== 0)
        assert.match(
          stderr,
          /^stillroot: .*(another finalize is running|was replaced|interrupted|vanished|was written to|was modified)/,
          stderr,
        );
    }
    const after = await finalize(root);
    assert.is(after.status, 0, after.stderr);
    const packed = await pack(root, `${scratch.path}/d.cpio`, [...EPOCH, '-f']);
    assert.is(packed.digests.payload, untouched.digests.payload);
  }
});

test.run();
