import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { noteWarnings } from '../../src/app/finalize-tree.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { freshDirectory, seen } from '../finalize/every-kind.ts';
import { leaveJournal } from '../finalize/leave-journal.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { EPOCH, finalize, makeTree, packed } from './finalized.ts';

const test = suite('cli finalize');
const scratch = new Scratch('cli-finalize');
test.after(() => scratch.remove());

test('finalize, and a second time: nothing to do', async () => {
  const root = makeTree(scratch.path);
  const before = await packed(root, scratch.path);
  const first = await finalize(root);
  assert.is(first.status, 0, first.stderr);
  assert.match(
    first.stdout,
    /: finalized\n {2}12 entries before, 11 after, \d+ operations, .*\n {2}.* rules for debian, /,
  );
  assert.is(readFileSync(`${root}/etc/machine-id`, 'utf8'), '');
  assert.is(lstatSync(`${root}/data`).mtimeMs, 1_600_000_000_000);
  assert.is(lstatSync(root).mtimeMs, 1_600_000_000_000);
  assert.is(lstatSync(`${root}/etc/os-release`).mtimeMs, 1_000_000);
  const after = seen(root);
  const second = await finalize(root);
  assert.match(second.stdout, /: nothing to do, by the rules for debian\n/);
  assert.is(second.status, 0);
  assert.is(seen(root), after);
  assert.is(await packed(root, scratch.path), before);
  assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
});

test('--dry-run lists the operations and changes nothing', async () => {
  const root = makeTree(scratch.path);
  const before = seen(root);
  const { stdout, status } = await finalize(root, ['--dry-run']);
  assert.is(status, 0);
  assert.is(seen(root), before);
  assert.match(stdout, /^write {5}etc\/machine-id \(0 bytes\)$/m);
  assert.match(stdout, /^remove {4}etc\/passwd-$/m);
  assert.match(stdout, /^set {7}data mtime=1600000000$/m);
  assert.match(stdout, /^set {7}\. mtime=1600000000$/m);
  assert.match(stdout, /: would be finalized/);
});

test('--quiet says nothing', async () => {
  const { status, stdout, stderr } = await finalize(makeTree(scratch.path), ['--quiet']);
  assert.equal([status, stdout, stderr], [0, '', '']);
});

test('progress: entries, then operations of how many, and messages are not in its line', async () => {
  const root = makeTree(scratch.path);
  // So many that both steps last longer than the interval of the line, also on a fast machine.
  for (let i = 0; i < 20_000; i += 1) writeFileSync(`${root}/data/file-${i}`, '');
  leaveJournal(root, [{ do: 'remove', path: 'usr', isDirectory: true }]);
  const { status, stderr, progress } = await finalize(root, ['--progress', '--archive', 'a.cpio'], {
    OUTPUTDIR: freshDirectory(scratch.path),
  });
  assert.is(status, 0, stderr);
  assert.is(stderr, `stillroot: ${root}: completed an interrupted run (1 operation).\n`);
  assert.match(
    progress,
    /^\r\x1b\[2K.*\r\x1b\[2Kchanging {2}\[[#.]+\] +\d+% {2}[\d,]+ of 20,0\d\d operations .*\r\x1b\[2K$/s,
  );
});

test('--strict refuses before anything is changed', async () => {
  const root = makeTree(scratch.path);
  // A private key is reported.
  mkdirSync(`${root}/etc/ssl/private`, { recursive: true });
  writeFileSync(`${root}/etc/ssl/private/own.key`, '-----BEGIN PRIVATE KEY-----\n');
  const before = seen(root);
  const { status, stderr } = await finalize(root, ['--strict']);
  assert.is(status, 2);
  assert.match(stderr, /With --strict, warnings are errors/);
  assert.is(seen(root), before);
});

test('--mtime set and keep', async () => {
  const set = makeTree(scratch.path);
  await finalize(set, ['--mtime', 'set']);
  assert.is(lstatSync(`${set}/etc/os-release`).mtimeMs, 1_600_000_000_000);
  const keep = makeTree(scratch.path);
  utimesSync(`${keep}/data/file`, 1_800_000_000.75, 1_800_000_000.75);
  await finalize(keep, ['--mtime', 'keep']);
  assert.is(lstatSync(`${keep}/data/file`).mtimeMs, 1_800_000_000_000);
  assert.match((await finalize(keep, ['--mtime', 'keep'])).stdout, /nothing to do/);
});

test('--hard-links copy', async () => {
  const root = makeTree(scratch.path);
  const before = await packed(root, scratch.path, ['--hard-links', 'copy']);
  await finalize(root, ['--hard-links', 'copy']);
  assert.equal([lstatSync(`${root}/data/file`).nlink, lstatSync(`${root}/data/second`).nlink], [1, 1]);
  assert.is(await packed(root, scratch.path), before);
});

test('equal files that became hard links: a log loses its content, the licence beside it does not', async () => {
  const root = makeTree(scratch.path);
  mkdirSync(`${root}/usr/share/doc/app`, { recursive: true });
  mkdirSync(`${root}/var/log/app`);
  const [licence, log] = ['usr/share/doc/app/LICENSE', 'var/log/app/LICENSE.log'];
  writeFileSync(`${root}/${licence}`, 'terms of use\n');
  linkSync(`${root}/${licence}`, `${root}/usr/share/doc/app/COPYING`);
  linkSync(`${root}/${licence}`, `${root}/${log}`);
  linkSync(`${root}/etc/machine-id`, `${root}/usr/share/doc/app/example-id`);
  const rules = `${freshDirectory(scratch.path)}/own.toml`;
  writeFileSync(rules, '[[rule]]\nid = "own"\nmatch = "var/log/app/*"\naction = "truncate"\nwhy = "x"\n');
  const args = ['--rules', rules];
  const before = await packed(root, scratch.path, args);
  const check = await run(['check', root, '-v', ...args]);
  assert.match(check.stdout, /^ *links split +2 +normalize\/hard-links +etc\/machine-id, \.\.\.$/m);
  const explained = await run(['rules', 'explain', root, licence, ...args]);
  assert.match(explained.stdout, new RegExp(`links +3 names -> split from its hard link ${log}`));
  const { status, stdout, stderr } = await finalize(root, args);
  assert.is(status, 0, stderr);
  assert.match(stdout, /, 2 hard links split/);
  const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');
  assert.equal(
    [read(log), read(licence), read('usr/share/doc/app/COPYING')],
    ['', 'terms of use\n', 'terms of use\n'],
  );
  assert.equal([read('etc/machine-id'), read('usr/share/doc/app/example-id').length], ['', 33]);
  assert.equal(
    [licence, log].map((path) => lstatSync(`${root}/${path}`).nlink),
    [2, 1],
  );
  assert.is(await packed(root, scratch.path, args), before);
  assert.match((await finalize(root, args)).stdout, /nothing to do/);
});

test('rules of the user: add, link, replace, mode', async () => {
  const root = makeTree(scratch.path);
  const rules = `${freshDirectory(scratch.path)}/own.toml`;
  const entry = (id: string, match: string, action: string, more = ''): string =>
    `[[rule]]\nid = "${id}"\nmatch = "${match}"\naction = "${action}"\nwhy = "A test."\n${more}\n`;
  writeFileSync(
    rules,
    [
      entry('one', 'etc/added', 'add', 'type = "file"\ncontent = "new\\n"\nmode = "0640"'),
      entry('two', 'data/file', 'replace', 'content = "other\\n"'),
      entry('three', 'etc/resolv.conf', 'add', 'type = "symlink"\ntarget = "../run/resolv.conf"'),
      entry('four', 'data/link', 'link', 'target = "somewhere"'),
      entry('five', 'usr', 'mode', 'mode = "0711"'),
    ].join('\n'),
  );
  const before = await packed(root, scratch.path, ['--rules', rules]);
  const { status, stderr } = await finalize(root, ['--rules', rules]);
  assert.is(status, 0, stderr);
  assert.is(readFileSync(`${root}/etc/added`, 'utf8'), 'new\n');
  assert.is(lstatSync(`${root}/etc/added`).mode & 0o7777, 0o640);
  assert.is(readFileSync(`${root}/data/second`, 'utf8'), 'content\n');
  assert.is(readlinkSync(`${root}/etc/resolv.conf`), '../run/resolv.conf');
  assert.is(readlinkSync(`${root}/data/link`), 'somewhere');
  assert.is(lstatSync(`${root}/usr`).mode & 0o7777, 0o711);
  assert.is(await packed(root, scratch.path, ['--rules', rules]), before);
  assert.is(await packed(root, scratch.path), before);
  assert.match((await finalize(root, ['--rules', rules])).stdout, /nothing to do/);
});

test('--init adds what the kernel starts', async () => {
  const root = makeTree(scratch.path);
  const before = await packed(root, scratch.path, ['--init', 'usr/lib/start']);
  await finalize(root, ['--init', 'usr/lib/start']);
  assert.is(readlinkSync(`${root}/init`), 'usr/lib/start');
  assert.is(await packed(root, scratch.path), before);
});

test('owners: who is not root is told what only root could set', async () => {
  const root = makeTree(scratch.path);
  const { status, stdout, stderr } = await finalize(root, ['--map-uid', '0:4242', '--map-gid', '0:4343']);
  assert.is(status, 0, stderr);
  const { uid, gid } = lstatSync(`${root}/data/file`);
  if (process.getuid?.() === 0) {
    assert.equal([uid, gid], [4242, 4343]);
  } else {
    assert.equal([uid, gid], [process.getuid?.(), process.getgid?.()]);
    assert.match(stdout, /owner-not-set|only root can set/);
  }
  const again = await finalize(root, ['--map-uid', '0:4242', '--map-gid', '0:4343']);
  assert.match(again.stdout, /nothing to do/);
});

test('refuses the running system, nothing, an empty name and what is no directory', async () => {
  const fails = async (args: readonly string[], message: RegExp, env: Record<string, string> = {}) => {
    const { status, stderr } = await run(['finalize', ...args], { env });
    assert.is(status, 2);
    assert.match(stderr, message);
  };
  await fails(['/'], /root of the running system/);
  await fails(['/..'], /root of the running system/);
  await fails(['/proc/self/root'], /root of the running system/);
  await fails([''], /empty path/);
  await fails([], /no root directory was given/);
  await fails([], /\$BUILDROOT: is set but empty/, { BUILDROOT: '' });
  await fails([], /root of the running system/, { ROOTDIR: '/' });
  await fails(['/nowhere/at/all'], /no such directory/);
  const file = `${freshDirectory(scratch.path)}/file`;
  writeFileSync(file, '');
  await fails([file], /is not a directory/);
});

test('as the script of a builder, with a home that is none', async () => {
  const root = makeTree(scratch.path);
  const env = { BUILDROOT: root, HOME: '/', SOURCE_DATE_EPOCH: EPOCH };
  const skipped = await run(['finalize', 'build'], { env });
  assert.equal([skipped.status, skipped.stdout], [0, '']);
  assert.match(skipped.stderr, /nothing to do: the builder runs its build step/);
  assert.is((await run(['finalize', 'build', '--quiet'], { env })).stderr, '');
  assert.is(readFileSync(`${root}/etc/machine-id`, 'utf8').length, 33);
  assert.is((await run(['finalize', 'final'], { env })).status, 0);
  // Of mkosi's trees the machine id is a setting; a choice of the user comes after it.
  assert.is(readFileSync(`${root}/etc/machine-id`, 'utf8').length, 33);
  assert.is(lstatSync(root).mtimeMs, 1_600_000_000_000);
  assert.is((await run(['finalize', 'final', '--policy', 'machine-id=empty'], { env })).status, 0);
  assert.is(readFileSync(`${root}/etc/machine-id`, 'utf8'), '');
});

test('names with line ends and escape sequences never reach the terminal raw', async () => {
  const root = makeTree(scratch.path);
  const name = 'etc/\x1b[31m\nred\x07\xff.dpkg-old';
  writeFileSync(Buffer.from(`${root}/${name}`, 'latin1'), 'x');
  writeFileSync(Buffer.from(`${root}/var/log/a\nb\x1b]0;x\x07.log`, 'latin1'), 'x');
  symlinkSync('\x1b[2J', `${root}/data/evil`);
  const rules = `${freshDirectory(scratch.path)}/own.toml`;
  writeFileSync(
    rules,
    '[[rule]]\nid = "own"\nmatch = "data/evil"\naction = "link"\ntarget = "\\u001b[1m"\nwhy = "x"\n',
  );
  for (const args of [['--dry-run', '-vv'], ['--dry-run', '--json'], ['-vv'], ['-vv']]) {
    const { status, stdout, stderr } = await finalize(root, [...args, '--rules', rules]);
    assert.is(status, 0, stderr);
    assert.not.match(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f]/);
  }
});

test('names of extended attributes that were lost are shown escaped', () => {
  const notes = { owners: new Set<string>(), mounts: new Set<string>(), attributes: new Map() };
  notes.attributes.set('etc/shadow', [
    'security.a\x1b[31mb',
    'user.\nstillroot: all is well',
    'user.\u202e',
    'user.ü',
  ]);
  const [{ code, message } = { code: '', message: '' }] = noteWarnings(notes);
  assert.is(code, 'xattr-lost');
  assert.is(
    message,
    'was rewritten, but the extended attributes security.a\\x1b[31mb, user.\\x0astillroot: all is well, user.\\xe2\\x80\\xae, user.ü could not be restored',
  );
});

test('a FIFO where a log should be holds nobody up', async () => {
  const { succeed } = await import('../support/run-command.ts');
  const root = makeTree(scratch.path);
  await succeed(['mkfifo', `${root}/var/log/faillog`, `${root}/etc/hostname`]);
  const before = await packed(root, scratch.path);
  assert.is((await finalize(root)).status, 0);
  assert.is(await packed(root, scratch.path), before);
});

test('the Debian slice: finalize, then pack, is pack of the untouched tree', async () => {
  const root = `${freshDirectory(scratch.path)}/slice`;
  materialize(root, readSlice('first'));
  const before = await packed(root, scratch.path);
  const { status, stderr } = await finalize(root);
  assert.is(status, 0, stderr);
  assert.is(await packed(root, scratch.path), before);
  assert.match((await finalize(root)).stdout, /nothing to do/);
  const second = `${freshDirectory(scratch.path)}/slice`;
  materialize(second, readSlice('second'));
  await finalize(second);
  // Two bootstraps, one directory.
  assert.is(seen(second).split('\n').slice(1).join('\n'), seen(root).split('\n').slice(1).join('\n'));
  assert.equal(readdirSync(root).sort(), readdirSync(second).sort());
});

test.run();
