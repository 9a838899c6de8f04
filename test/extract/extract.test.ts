import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ExtractOptions, type ExtractResult, extract } from '../../src/extract/extract.ts';
import { FILE_TYPE_BITS } from '../../src/formats/cpio/newc.ts';
import type { AttributeSettings } from '../../src/normalize/attributes.ts';
import { openArchiveSource } from '../../src/source/archive-source.ts';
import { DIRECTORY, newc, newcArchive, SYMLINK, tarArchive, ustar } from '../support/archive-bytes.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';
import { compareListings, listTree } from '../support/tree-listing.ts';

const test = suite('extract');
const scratch = new Scratch('extract');
const out = scratch.in('out');
test.before.each(() => rmSync(out, { recursive: true, force: true }));
test.after(() => scratch.remove());

const KEPT: AttributeSettings = { attributes: 'keep', labels: 'drop' };
const OURS = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };

async function extracted(
  bytes: Buffer,
  options: Partial<ExtractOptions> = {},
  wanted: (path: string) => boolean = () => true,
): Promise<ExtractResult> {
  const archive = scratch.in('archive');
  writeFileSync(archive, bytes);
  const source = await openArchiveSource(archive, { temporary: scratch.path, early: 'merged' });
  try {
    const entries = source.tree.entries.filter(({ path }) => wanted(path));
    return await extract(source, entries, out, {
      ...{ force: false, root: source.hasRoot, attributes: KEPT },
      ...options,
    });
  } finally {
    source.close();
  }
}

const warned = ({ warnings }: ExtractResult): string[] => warnings.map(({ code, path }) => `${code} ${path}`);
const modeOf = (path: string): string => (lstatSync(`${out}/${path}`).mode & 0o7777).toString(8);
const textOf = (path: string): string => readFileSync(`${out}/${path}`, 'latin1');
/** Everything in the directory; it must not contain anything else. */
const names = (): string[] => (readdirSync(out, { recursive: true }) as string[]).sort();

const own = (name: string, fields: Parameters<typeof newc>[1] = {}): Buffer =>
  newc(name, { ...OURS, ...fields });

test('files, directories and symlinks with modes and times', async () => {
  const result = await extracted(
    newcArchive(
      own('.', { mode: FILE_TYPE_BITS.directory | 0o750, mtime: 1000 }),
      own('d', { mode: FILE_TYPE_BITS.directory | 0o1555, mtime: 2000 }),
      own('d/f', { data: 'content', mode: FILE_TYPE_BITS.file | 0o461, mtime: 3000 }),
      own('d/s', { mode: FILE_TYPE_BITS.directory | 0o700, mtime: 4000 }),
      own('d/s/empty', { mtime: 2 ** 32 - 1 }),
      own('l', { mode: SYMLINK, data: 'nowhere/..', mtime: 5000 }),
    ),
  );
  assert.equal([result.entries, result.bytes, warned(result)], [5, 7, []]);
  assert.is(textOf('d/f'), 'content');
  assert.equal(['', 'd', 'd/f', 'd/s', 'd/s/empty'].map(modeOf), ['750', '1555', '461', '700', '644']);
  assert.equal(
    ['', 'd', 'd/f', 'd/s', 'd/s/empty', 'l'].map((path) => lstatSync(`${out}/${path}`).mtimeMs / 1000),
    [1000, 2000, 3000, 4000, 2 ** 32 - 1, 5000],
  );
  assert.is(readlinkSync(`${out}/l`), 'nowhere/..');
  chmodSync(`${out}/d`, 0o755);
});

test('whatever the umask', async () => {
  const bytes = newcArchive(
    own('d', { mode: FILE_TYPE_BITS.directory | 0o777 }),
    own('d/f', { mode: FILE_TYPE_BITS.file | 0o666 }),
    own('x/y'),
  );
  for (const umask of [0, 0o077, 0o027]) {
    rmSync(out, { recursive: true, force: true });
    const before = process.umask(umask);
    try {
      await extracted(bytes);
    } finally {
      process.umask(before);
    }
    assert.equal(['d', 'd/f', 'x', 'x/y'].map(modeOf), ['777', '666', '755', '644'], umask.toString(8));
  }
});

test('times before 1970, and fractions', async () => {
  await extracted(tarArchive(ustar('a', { uid: OURS.uid })));
  const source = await openArchiveSource(scratch.in('archive'));
  const [entry] = source.tree.entries;
  for (const [mtime, nanoseconds, wanted] of [
    [-2, 250_000_000, -1.75],
    [-86400, 0, -86400],
    [1e9, 999_999_999, 1e9 + 0.999999],
  ] as const) {
    await extract(source, [{ ...entry!, mtime, nanoseconds }], out, { force: true, attributes: KEPT });
    assert.ok(Math.abs(lstatSync(`${out}/a`).mtimeMs / 1000 - wanted) < 1e-5, String(wanted));
  }
  source.close();
});

test('names that are no text, and awkward ones', async () => {
  const awkward = ['\xff\xfe', 'new\nline', '-rf', ' ', '...', '\x1b[31m', 'x'.repeat(255)];
  await extracted(newcArchive(...awkward.map((name) => own(name, { data: name }))));
  const found = [...listTree(out).keys()].sort();
  assert.equal(found, [...awkward].sort());
});

test('hard links among what is extracted; a copy where the other name is not', async () => {
  const links = { inode: 5, nlink: 3 };
  const bytes = newcArchive(
    own('a', links),
    own('d', { mode: DIRECTORY }),
    own('d/b', links),
    own('c', { ...links, data: 'shared' }),
  );
  const all = await extracted(bytes);
  assert.equal([all.entries, all.bytes], [4, 6]);
  assert.is(lstatSync(`${out}/a`).nlink, 3);
  assert.is(lstatSync(`${out}/a`).ino, lstatSync(`${out}/d/b`).ino);
  rmSync(out, { recursive: true });
  await extracted(bytes, {}, (path) => path === 'a');
  assert.equal([textOf('a'), lstatSync(`${out}/a`).nlink], ['shared', 1]);
});

test('hard links of symlinks, which tar has', async () => {
  await extracted(tarArchive(ustar('s', { type: '2', link: 'x' }), ustar('t', { type: '1', link: 's' })));
  assert.is(lstatSync(`${out}/s`).ino, lstatSync(`${out}/t`).ino);
});

test('directories that were not asked for are made, and get no metadata', async () => {
  await extracted(
    newcArchive(
      own('a', { mode: FILE_TYPE_BITS.directory | 0o700, mtime: 5 }),
      own('a/b', { mode: DIRECTORY }),
      own('a/b/c', { data: 'x' }),
    ),
    {},
    (path) => path === 'a/b/c',
  );
  assert.equal([modeOf('a'), modeOf('a/b'), textOf('a/b/c')], ['755', '755', 'x']);
  assert.ok(lstatSync(`${out}/a`).mtimeMs > 1e12);
});

test('into a directory that has something: other files stay, the same are refused or replaced', async () => {
  mkdirSync(`${out}/d`, { recursive: true });
  writeFileSync(`${out}/d/other`, 'other');
  writeFileSync(`${out}/d/f`, 'old');
  const bytes = newcArchive(own('d', { mode: DIRECTORY }), own('d/f', { data: 'new' }));
  await rejects(
    () => extracted(bytes),
    'output-exists',
    /out\/d\/f: a file already exists\. --force replaces files/,
  );
  assert.equal([textOf('d/f'), names()], ['old', ['d', 'd/f', 'd/other']]);
  await extracted(bytes, { force: true });
  assert.equal([textOf('d/f'), textOf('d/other'), names()], ['new', 'other', ['d', 'd/f', 'd/other']]);
});

test('--force replaces a symlink and not what it leads to, and hard links too', async () => {
  mkdirSync(out);
  writeFileSync(scratch.in('outside'), 'outside');
  symlinkSync(scratch.in('outside'), `${out}/f`);
  symlinkSync(scratch.in('outside'), `${out}/l`);
  writeFileSync(`${out}/h`, 'old');
  const links = { inode: 5, nlink: 2 };
  const bytes = newcArchive(
    own('f', { ...links, data: 'new' }),
    own('h', { ...links, data: 'new' }),
    own('l', { mode: SYMLINK, data: 'x' }),
  );
  await extracted(bytes, { force: true });
  assert.equal([textOf('f'), textOf('h'), readlinkSync(`${out}/l`)], ['new', 'new', 'x']);
  await extracted(bytes, { force: true });
  assert.equal(names(), ['f', 'h', 'l']);
  assert.is(readFileSync(scratch.in('outside'), 'utf8'), 'outside');
});

test('never through a symlink that is in the way, with --force or without', async () => {
  const outside = scratch.in('elsewhere');
  mkdirSync(outside, { recursive: true });
  for (const force of [false, true]) {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    symlinkSync(outside, `${out}/d`);
    for (const wanted of ['d/f', 'd']) {
      await rejects(
        () =>
          extracted(
            newcArchive(own('d', { mode: DIRECTORY }), own('d/f')),
            { force },
            (path) => path === wanted,
          ),
        'output-refused',
        /out\/d: exists and is not a directory\. Nothing is ever extracted through a symlink/,
      );
    }
  }
  assert.equal(readdirSync(outside), []);
});

test('a file in the place of a directory, and the other way round, even with --force', async () => {
  mkdirSync(`${out}/f`, { recursive: true });
  writeFileSync(`${out}/d`, '');
  for (const force of [false, true]) {
    await rejects(
      () => extracted(newcArchive(own('f')), { force }),
      'output-exists',
      /out\/f: a directory already exists/,
    );
    await rejects(
      () => extracted(newcArchive(own('d', { mode: DIRECTORY })), { force }),
      'output-refused',
      /exists and is not a directory/,
    );
  }
  assert.equal(names(), ['d', 'f']);
});

test('what cannot be made here is left out with a warning', async () => {
  const device = { mode: FILE_TYPE_BITS.character | 0o600, major: 5, minor: 1 };
  const result = await extracted(newcArchive(own('console', device), own('f')), { privileged: false });
  assert.equal([warned(result), names(), result.entries], [['device-skipped console'], ['f'], 1]);
});

test('owners that cannot be set: they are ours, and set-id bits go', async () => {
  const other = { uid: 12345, gid: 12345 };
  const result = await extracted(
    newcArchive(
      newc('a', { ...other, mode: FILE_TYPE_BITS.file | 0o4755 }),
      newc('d', { ...other, mode: FILE_TYPE_BITS.directory | 0o2755 }),
      own('e', { mode: FILE_TYPE_BITS.file | 0o4755 }),
      newc('l', { ...other, mode: SYMLINK, data: 'x' }),
    ),
    { privileged: false },
  );
  assert.equal(warned(result).sort(), ['owner-not-set ', 'set-id-dropped a']);
  assert.match(
    result.warnings.find(({ code }) => code === 'owner-not-set')?.message ?? '',
    /^3 entries belong to you/,
  );
  assert.equal([modeOf('a'), modeOf('e'), lstatSync(`${out}/a`).uid], ['755', '4755', OURS.uid]);
});

test('a FIFO, whoever extracts', async () => {
  const result = await extracted(newcArchive(own('p\xff', { mode: FILE_TYPE_BITS.fifo | 0o620, mtime: 77 })));
  const listed = listTree(out).get('p\xff');
  if (result.warnings.length > 0) assert.match(result.warnings[0]?.message ?? '', /mknod/);
  else assert.equal([listed?.type, listed?.mode, listed?.mtime], ['fifo', '0620', 77]);
});

test('holes are not written', async () => {
  await extracted(newcArchive(own('a', { data: 'x' })));
  const source = await openArchiveSource(scratch.in('archive'));
  const [entry] = source.tree.entries;
  source.close();
  assert.is(entry?.size, 1);
  const { TAR_WRITERS } = await import('../../fixtures/tar/writers.ts');
  const { readArchive } = await import('../formats/tar/archive-fixtures.ts');
  for (const writer of TAR_WRITERS.filter(({ name }) => name.includes('sparse'))) {
    rmSync(out, { recursive: true });
    await extracted(readArchive(writer), { privileged: false });
    const sparse = [...listTree(out)].filter(([path, { size = 0 }]) => size > 1e5 && !path.includes('dense'));
    assert.ok(sparse.length > 0, writer.name);
    for (const [path, { size = 0 }] of sparse) {
      assert.ok(
        lstatSync(Buffer.from(`${out}/${path}`, 'latin1')).blocks * 512 < size,
        `${writer.name}: ${path}`,
      );
    }
  }
});

test('an error in the middle leaves no part of a file, and what was written before', async () => {
  const archive = scratch.in('archive');
  writeFileSync(
    archive,
    newcArchive(own('a', { data: 'whole' }), own('b', { data: 'x'.repeat(5000) }), own('c')),
  );
  const source = await openArchiveSource(archive);
  utimesSync(archive, 5, 5);
  await rejects(
    () => extract(source, source.tree.entries, out, { force: false, attributes: KEPT }),
    'source-changed',
  );
  assert.equal(names(), []);
  source.close();
});

test('a signal ends it between entries', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  const many = Array.from({ length: 600 }, (_, index) => own(`f${String(index).padStart(3, '0')}`));
  const error = await extracted(newcArchive(...many), { signal: controller.signal }).catch(
    (cause: unknown) => cause,
  );
  assert.is((error as Error).message, 'enough');
  assert.ok(names().length < 600);
});

test('the place: made with its parents, and never nothing, a file, or the running root', async () => {
  const archive = scratch.in('archive');
  writeFileSync(archive, newcArchive(own('a')));
  const source = await openArchiveSource(archive);
  const into = (directory: string): Promise<ExtractResult> =>
    extract(source, source.tree.entries, directory, { force: false, attributes: KEPT });
  await into(`${out}/deep/er`);
  assert.ok(existsSync(`${out}/deep/er/a`));
  await rejects(() => into(''), 'output-refused', /empty path/);
  await rejects(() => into(archive), 'output-refused', /is not a directory/);
  await rejects(() => into(`${archive}/x`), 'output-refused', /is not a directory/);
  await rejects(() => into('/proc/self/root'), 'output-refused', /running system/);
  source.close();
});

test('extracted again and listed, it is what was packed', async () => {
  const tree = scratch.in('tree');
  mkdirSync(`${tree}/a/b`, { recursive: true });
  writeFileSync(`${tree}/a/b/c`, 'x'.repeat(3_000_000), { mode: 0o600 });
  symlinkSync('b/c', `${tree}/a/l`);
  utimesSync(`${tree}/a/b`, 1, 1);
  const { run } = await import('../support/test-terminal.ts');
  const packed = await run([
    'pack',
    tree,
    '-o',
    scratch.in('p.cpio.xz'),
    '--skip',
    '**',
    '--mtime',
    'keep',
    '--owner',
    'keep',
  ]);
  assert.is(packed.status, 0, packed.stderr);
  const { status, stderr } = await run(['extract', scratch.in('p.cpio.xz'), '-C', out]);
  assert.is(status, 0, stderr);
  assert.equal(compareListings(listTree(out), listTree(tree)), []);
});

test('progress is told now and then, and at the end of each turn', async () => {
  const seen: number[] = [];
  const files = Array.from({ length: 600 }, (_, n) => own(`f${n}`));
  const { entries } = await extracted(newcArchive(...files), {
    onProgress: (count) => void seen.push(count),
  });
  assert.is(entries, 600);
  assert.equal(seen, [256, 512]);
});

test.run();
