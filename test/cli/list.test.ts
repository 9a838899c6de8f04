import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modeLetters } from '../../src/list/lines.ts';
import { typeOfMode } from '../../src/source/archive-entry.ts';
import { DIRECTORY, newc, newcArchive, ustar, xzFile } from '../support/archive-bytes.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli list');
const scratch = new Scratch('cli-list');
const tree = scratch.in('tree');
const RAW = ['--skip', '**', '--owner', 'root', '--source-date-epoch', '1600000000'];

before(test, () => {
  mkdirSync(`${tree}/dir`, { recursive: true });
  writeFileSync(`${tree}/dir/one`, 'content', { mode: 0o640 });
  linkSync(`${tree}/dir/one`, `${tree}/dir/two`);
  symlinkSync('dir/one', `${tree}/link`);
  writeFileSync(`${tree}/name with\nnewline`, '');
  for (const path of ['dir/one', 'dir', 'name with\nnewline']) utimesSync(`${tree}/${path}`, 1e9, 1e9);
});
test.after(() => scratch.remove());

interface Row {
  readonly path: string;
  readonly segment: number;
}

async function rows(archive: string): Promise<Row[]> {
  const { status, stdout, stderr } = await run(['list', archive, '--json']);
  assert.is(status, 0, stderr);
  return (JSON.parse(stdout) as { entries: Row[] }).entries;
}

test('own archives, plain and compressed, list what was packed, in archive order', async () => {
  const facts = { uid: 0, gid: 0, mtime: 1e9, links: 1, inode: 0, segment: 0 };
  for (const name of ['a.cpio', 'a.cpio.xz']) {
    await run(['pack', tree, '-o', scratch.in(name), '-q', ...RAW]);
    const found = await rows(scratch.in(name));
    const { inode } = found[1] as unknown as { inode: number };
    assert.ok(inode > 0);
    assert.equal(found, [
      { path: 'dir', type: 'directory', mode: '0755', size: 0, ...facts },
      { path: 'dir/one', type: 'file', mode: '0640', size: 0, ...facts, links: 2, inode },
      { path: 'dir/two', type: 'file', mode: '0640', size: 7, ...facts, links: 2, inode },
      {
        path: 'link',
        type: 'symlink',
        mode: '0777',
        size: 0,
        ...facts,
        mtime: 1_600_000_000,
        target: 'dir/one',
      },
      { path: 'name with\\x0anewline', type: 'file', mode: '0644', size: 0, ...facts },
    ]);
  }
});

test('an archive behind an early one is segment 1', async () => {
  const early = scratch.in('early.cpio');
  await run(['pack', tree, '-o', early, '-q', ...RAW]);
  for (const name of ['with.cpio', 'with.cpio.xz']) {
    await run(['pack', tree, '-o', scratch.in(name), '--segment', early, '-q', ...RAW]);
    const found = await rows(scratch.in(name));
    assert.equal(
      found.map(({ segment }) => segment),
      [0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
    );
    assert.equal(
      found.slice(5).map(({ path }) => path),
      found.slice(0, 5).map(({ path }) => path),
    );
  }
});

test('as text it is like ls -l', async () => {
  const { stdout } = await run(['list', scratch.in('a.cpio.xz')]);
  assert.equal(stdout.split('\n').slice(0, 4), [
    'drwxr-xr-x   1     0     0           0 2001-09-09 01:46:40 dir',
    '-rw-r-----   2     0     0           0 2001-09-09 01:46:40 dir/one',
    '-rw-r-----   2     0     0           7 2001-09-09 01:46:40 dir/two',
    'lrwxrwxrwx   1     0     0           7 2020-09-13 12:26:40 link -> dir/one',
  ]);
});

test('a damaged archive is an error with the place, wherever it is cut', async () => {
  const { readFileSync } = await import('node:fs');
  for (const name of ['a.cpio', 'a.cpio.xz']) {
    const bytes = readFileSync(scratch.in(name));
    for (const length of [7, 50, 111, Math.floor(bytes.length / 2), bytes.length - 130]) {
      writeFileSync(scratch.in('cut'), bytes.subarray(0, length));
      const { status, stderr } = await run(['list', scratch.in('cut')]);
      assert.is(status, 2, `${name} cut to ${length}`);
      assert.match(stderr, /^stillroot: .*cut[: ].*\.\n$/);
    }
  }
});

test('letters of modes, as ls has them', () => {
  assert.is(modeLetters('file', 0o4755), '-rwsr-xr-x');
  assert.is(modeLetters('file', 0o4644), '-rwSr--r--');
  assert.is(modeLetters('file', 0o2755), '-rwxr-sr-x');
  assert.is(modeLetters('directory', 0o1777), 'drwxrwxrwt');
  assert.is(modeLetters('directory', 0o1776), 'drwxrwxrwT');
  assert.is(modeLetters('block', 0), 'b---------');
  assert.is(modeLetters(undefined, 0o644), '?rw-r--r--');
});

test('types of modes', () => {
  assert.is(typeOfMode(0o100644), 'file');
  assert.is(typeOfMode(0o120777), 'symlink');
  assert.is(typeOfMode(0o140000), 'socket');
  assert.is(typeOfMode(0o644), undefined);
});

interface Listed {
  readonly entries: readonly Row[];
  readonly warnings?: readonly { readonly code: string }[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** Three entries, the last one truncated. */
const cut = Buffer.concat([
  newc('a', { data: '1' }),
  newc('b', { data: '2'.repeat(900_000) }),
  newc('c', { data: '3'.repeat(900_000) }),
]).subarray(0, -100_000);

test('what can be read before a fault is listed, then the error, and the status is 2', async () => {
  const file = scratch.in('cut');
  const tar = Buffer.concat([ustar('a'), ustar('b', { data: 'x'.repeat(900_000) })]);
  for (const [bytes, said] of [
    [cut, /the archive is cut short/],
    [Buffer.concat([newc('a', { data: '1' }), newc('c'), Buffer.from('0707')]), /it ends inside a header/],
    [Buffer.concat([newc('a'), newc('c'), Buffer.from('07070x'.padEnd(99))]), /cpio magic is/],
    [Buffer.concat([newc('a'), newc('c'), Buffer.from('junk')]), /follows the last entry: neither a header/],
    [Buffer.concat([tar, ustar('c'), ustar('d').subarray(0, 300)]), /cut short/],
  ] as const) {
    writeFileSync(file, bytes);
    const { status, stdout, stderr } = await run(['list', file]);
    assert.is(status, 2);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').at(-1));
    assert.is(names[0], 'a');
    assert.is(names.at(-1), 'c');
    assert.match(stderr, said);
    const json = await run(['list', file, '--json']);
    assert.is(json.status, 2);
    const { entries, error } = JSON.parse(json.stdout) as Listed;
    assert.equal(
      entries.map(({ path }) => path),
      names,
    );
    assert.is(error?.code, 'archive-malformed');
    assert.is(json.stderr, `stillroot: ${error?.message}\n`);
  }
});

test('of compressed data that are cut, the entries are listed that come out before', async () => {
  const file = scratch.in('cut-stream');
  // Bytes that do not compress, so that half of the data are half of the entries.
  const noise = (seed: number): string => {
    const words = Uint32Array.from({ length: 60_000 }, (_, at) => ((at + seed) * 2654435761) ^ (at << 13));
    return Buffer.from(words.buffer).toString('latin1');
  };
  const names = ['a', 'b', 'c', 'd'];
  const whole = newcArchive(...names.map((name, i) => newc(name, { data: noise(i * 1e6) })));
  const cuts = [240_000, 480_000, 720_000];
  for (const [what, bytes] of [
    ['gzip', gzipSync(whole, { level: 1 })],
    ['zstd', zstdCompressSync(whole)],
    ['xz', await xzFile(whole, cuts)],
  ] as const) {
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    const { status, stdout, stderr } = await run(['list', file]);
    assert.is(status, 2);
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').at(-1));
    assert.ok(found.length >= 2 && found.length < 4, `${what}: ${found}`);
    assert.equal(found, names.slice(0, found.length), what);
    assert.match(stderr, /cut short|the file ends within/);
  }
});

test('warnings about the archives come behind the entries', async () => {
  const file = scratch.in('warned');
  writeFileSync(file, Buffer.concat([newcArchive(newc('a')), Buffer.alloc(2), newc('b')]));
  const { status, stdout, stderr } = await run(['list', file]);
  assert.is(status, 0);
  assert.match(stdout, / a\n.* b\n$/);
  assert.match(
    stderr,
    /^stillroot: warning: the cpio archive .* has no trailer; .*\nstillroot: warning: .* does not begin at a multiple of 4 bytes/,
  );
  assert.is((await run(['list', file, '-q'])).stderr, '');
  const { warnings } = JSON.parse((await run(['list', file, '--json'])).stdout) as Listed;
  assert.equal(
    warnings?.map(({ code }) => code),
    ['no-end-mark', 'unaligned-archive'],
  );
  const mtree = await run(['list', file, '--format', 'mtree']);
  assert.is(mtree.stderr.split('\n').length, 3);
});

test('a pattern matches a name with slashes of any number', async () => {
  const file = scratch.in('slashes');
  writeFileSync(file, newcArchive(newc('etc//', { mode: DIRECTORY }), newc('etc//x/./f')));
  assert.match((await run(['list', file, 'etc/x/f'])).stdout, / etc\/\/x\/\.\/f\n$/);
});

test.run();
