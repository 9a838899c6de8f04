import { execFileSync } from 'node:child_process';
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
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('cli finalize');
const scratch = new Scratch('cli-finalize');
test.after(() => scratch.remove());

const EPOCH = '1600000000';

/** A tree with a machine id, a log, an owner of a name and a file that is younger than the epoch. */
function makeTree(): string {
  const root = `${freshDirectory(scratch.path)}/tree`;
  for (const path of ['', 'etc', 'var', 'var/log', 'usr', 'data']) mkdirSync(`${root}/${path}`);
  writeFileSync(`${root}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  writeFileSync(`${root}/var/log/dpkg.log`, 'today\n');
  writeFileSync(`${root}/etc/passwd-`, 'old\n');
  writeFileSync(`${root}/data/file`, 'content\n');
  linkSync(`${root}/data/file`, `${root}/data/second`);
  symlinkSync('nowhere', `${root}/data/link`);
  utimesSync(`${root}/etc/os-release`, 1000, 1000);
  return root;
}

async function finalize(
  root: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Run> {
  return await run(['finalize', root, '--source-date-epoch', EPOCH, ...args], { env });
}

async function packed(root: string, args: readonly string[] = []): Promise<string> {
  const { status, stdout, stderr } = await run([
    ...['pack', root, '-o', `${freshDirectory(scratch.path)}/a.cpio`, '--json'],
    ...['--source-date-epoch', EPOCH, ...args],
  ]);
  assert.is(status, 0, stderr);
  return (JSON.parse(stdout) as { digests: { file: string } }).digests.file;
}

test('finalize, and a second time: nothing to do', async () => {
  const root = makeTree();
  const before = await packed(root);
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
  assert.is(await packed(root), before);
  assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
});

test('--dry-run lists the operations and changes nothing', async () => {
  const root = makeTree();
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
  const { status, stdout, stderr } = await finalize(makeTree(), ['--quiet']);
  assert.equal([status, stdout, stderr], [0, '', '']);
});

test('--strict refuses before anything is changed', async () => {
  const root = makeTree();
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
  const set = makeTree();
  await finalize(set, ['--mtime', 'set']);
  assert.is(lstatSync(`${set}/etc/os-release`).mtimeMs, 1_600_000_000_000);
  const keep = makeTree();
  utimesSync(`${keep}/data/file`, 1_800_000_000.75, 1_800_000_000.75);
  await finalize(keep, ['--mtime', 'keep']);
  assert.is(lstatSync(`${keep}/data/file`).mtimeMs, 1_800_000_000_000);
  assert.match((await finalize(keep, ['--mtime', 'keep'])).stdout, /nothing to do/);
});

test('--hard-links copy', async () => {
  const root = makeTree();
  const before = await packed(root, ['--hard-links', 'copy']);
  await finalize(root, ['--hard-links', 'copy']);
  assert.equal([lstatSync(`${root}/data/file`).nlink, lstatSync(`${root}/data/second`).nlink], [1, 1]);
  assert.is(await packed(root), before);
});

test('equal files that became hard links: a log loses its content, the licence beside it does not', async () => {
  const root = makeTree();
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
  const before = await packed(root, args);
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
  assert.is(await packed(root, args), before);
  assert.match((await finalize(root, args)).stdout, /nothing to do/);
});

test('rules of the user: add, link, replace, mode', async () => {
  const root = makeTree();
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
  const before = await packed(root, ['--rules', rules]);
  const { status, stderr } = await finalize(root, ['--rules', rules]);
  assert.is(status, 0, stderr);
  assert.is(readFileSync(`${root}/etc/added`, 'utf8'), 'new\n');
  assert.is(lstatSync(`${root}/etc/added`).mode & 0o7777, 0o640);
  assert.is(readFileSync(`${root}/data/second`, 'utf8'), 'content\n');
  assert.is(readlinkSync(`${root}/etc/resolv.conf`), '../run/resolv.conf');
  assert.is(readlinkSync(`${root}/data/link`), 'somewhere');
  assert.is(lstatSync(`${root}/usr`).mode & 0o7777, 0o711);
  assert.is(await packed(root, ['--rules', rules]), before);
  assert.is(await packed(root), before);
  assert.match((await finalize(root, ['--rules', rules])).stdout, /nothing to do/);
});

test('--init adds what the kernel starts', async () => {
  const root = makeTree();
  const before = await packed(root, ['--init', 'usr/lib/start']);
  await finalize(root, ['--init', 'usr/lib/start']);
  assert.is(readlinkSync(`${root}/init`), 'usr/lib/start');
  assert.is(await packed(root), before);
});

test('owners: who is not root is told what only root could set', async () => {
  const root = makeTree();
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
  const root = makeTree();
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

test('--archive writes what pack makes of the untouched tree', async () => {
  const root = makeTree();
  const output = freshDirectory(scratch.path);
  const before = await packed(root);
  const { status, stdout, stderr } = await finalize(root, ['--archive', 'image.cpio', '--json'], {
    OUTPUTDIR: output,
  });
  assert.is(status, 0, stderr);
  const { archive, digests } = JSON.parse(stdout) as { archive: string; digests: { file: string } };
  assert.equal([archive, digests.file], [`${output}/image.cpio`, before]);
  // A builder may have left one.
  const again = await finalize(root, ['--archive', 'image.cpio'], { OUTPUTDIR: output });
  assert.is(again.status, 0);
  assert.match(again.stdout, before);
});

test('--archive: what is wrong is said before the tree is changed', async () => {
  const root = makeTree();
  const before = seen(root);
  const outside = freshDirectory(scratch.path);
  for (const [name, env, message, ...more] of [
    ['a.cpio', {}, /needs the environment variable OUTPUTDIR/],
    ['a.cpio', { OUTPUTDIR: '' }, /needs the environment variable OUTPUTDIR/],
    ['../a.cpio', { OUTPUTDIR: outside }, /without a slash/],
    ['', { OUTPUTDIR: outside }, /without a slash/],
    ['a.zip', { OUTPUTDIR: outside }, /a\.zip/],
    ['a.cpio', { OUTPUTDIR: root }, /inside/],
    ['a.cpio', { OUTPUTDIR: `${outside}/none` }, /none/],
    [
      'a.tar',
      { OUTPUTDIR: outside },
      /--init: needs a format that the kernel unpacks/,
      '--init',
      '/sbin/init',
    ],
  ] as const) {
    const { status, stderr } = await finalize(root, ['--archive', name, ...more], env);
    assert.is(status, 2, name);
    assert.match(stderr, message);
    assert.is(seen(root), before, `${name} ${JSON.stringify(env)}`);
  }
});

test('names with line ends and escape sequences never reach the terminal raw', async () => {
  const root = makeTree();
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
  const root = makeTree();
  await succeed(['mkfifo', `${root}/var/log/faillog`, `${root}/etc/hostname`]);
  const before = await packed(root);
  assert.is((await finalize(root)).status, 0);
  assert.is(await packed(root), before);
});

test('an interrupted run: check, pack and --dry-run say so, finalize completes it', async () => {
  const root = makeTree();
  const journal = `${root}/${JOURNAL_DIRECTORY}`;
  leaveJournal(root, [{ do: 'remove', path: 'usr', isDirectory: true }]);
  for (const args of [
    ['check', root],
    ['pack', root, '-o', `${scratch.path}/x.cpio`],
    ['finalize', root, '--dry-run'],
  ]) {
    const { status, stderr } = await run(args);
    assert.is(status, 2);
    assert.match(stderr, /a finalize of this tree was interrupted/);
  }
  const archive = `${scratch.path}/interrupted.tar`;
  execFileSync('tar', ['-C', root, '-cf', archive, '.']);
  for (const args of [
    ['check', archive],
    ['pack', archive, '-o', `${scratch.path}/x.cpio`],
  ]) {
    const { status, stderr } = await run(args);
    assert.is(status, 2);
    assert.match(
      stderr,
      /contains \.stillroot-finalize, so the tree in it is unfinished.*omits the directory/,
    );
  }
  const out = `${freshDirectory(scratch.path)}/out`;
  const extracted = await run(['extract', archive, '-C', out]);
  assert.is(extracted.status, 0, extracted.stderr);
  assert.match(extracted.stdout, /warning journal-skipped: 1\n *\.stillroot-finalize: left out/);
  assert.equal(readdirSync(out).sort(), ['data', 'etc', 'usr', 'var']);
  const { status, stdout, stderr } = await finalize(root, ['--json']);
  assert.is(status, 0);
  assert.match(stderr, /completed an interrupted run \(1 operation\)/);
  assert.is((JSON.parse(stdout) as { recovered: number }).recovered, 1);
  assert.not.ok(existsSync(`${root}/usr`) || existsSync(journal));
});

test('a journal that is none of ours is refused, and nothing is done', async () => {
  const root = makeTree();
  symlinkSync('/etc', `${root}/${JOURNAL_DIRECTORY}`);
  const before = seen(root);
  const { status, stderr } = await finalize(root);
  assert.is(status, 2);
  assert.match(stderr, /\.stillroot-finalize: is not a directory that finalize created/);
  assert.is(seen(root), before);
});

test('the Debian slice: finalize, then pack, is pack of the untouched tree', async () => {
  const root = `${freshDirectory(scratch.path)}/slice`;
  materialize(root, readSlice('first'));
  const before = await packed(root);
  const { status, stderr } = await finalize(root);
  assert.is(status, 0, stderr);
  assert.is(await packed(root), before);
  assert.match((await finalize(root)).stdout, /nothing to do/);
  const second = `${freshDirectory(scratch.path)}/slice`;
  materialize(second, readSlice('second'));
  await finalize(second);
  // Two bootstraps, one directory.
  assert.is(seen(second).split('\n').slice(1).join('\n'), seen(root).split('\n').slice(1).join('\n'));
  assert.equal(readdirSync(root).sort(), readdirSync(second).sort());
});

test.run();
