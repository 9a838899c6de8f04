/** pack, check, rules explain, list and extract of archives: the command lines. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { FILE_TYPE_BITS } from '../../src/formats/cpio/newc.ts';
import { DIRECTORY, newc, newcArchive, tarArchive, ustar, xzFile } from '../support/archive-bytes.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run, TestTerminal } from '../support/test-terminal.ts';
import { compareListings, listTree } from '../support/tree-listing.ts';

const test = suite('cli archives');
const scratch = new Scratch('cli-archives');
const tree = scratch.in('tree');
const faithful = scratch.in('faithful.cpio');
test.after(() => scratch.remove());

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

async function succeed(...argv: string[]): Promise<Run> {
  const result = await run(argv);
  assert.is(result.status, 0, `${argv.join(' ')}: ${result.stderr}`);
  return result;
}

before(test, async () => {
  materialize(tree, readSlice('first'));
  // Nothing changed: all names, modes, owners and whole seconds of the tree.
  await succeed('pack', tree, '-o', faithful, '--skip', '**', '--mtime', 'keep', '--owner', 'keep', '-q');
});

test('pack of a tree and of a faithful archive of it give the same bytes, whether the source is compressed or not', async () => {
  const wanted = scratch.in('wanted.cpio');
  await succeed('pack', tree, '-o', wanted, '-q');
  const plain = readFileSync(faithful);
  writeFileSync(scratch.in('a.gz'), gzipSync(plain));
  writeFileSync(scratch.in('a.zst'), zstdCompressSync(plain));
  writeFileSync(scratch.in('a.xz'), await xzFile(plain, [5000, 700_000]));
  for (const archive of [faithful, scratch.in('a.gz'), scratch.in('a.zst'), scratch.in('a.xz')]) {
    const found = scratch.in('found.cpio');
    await succeed('pack', archive, '-o', found, '-f', '-q');
    assert.is(digestOf(found), digestOf(wanted), archive);
  }
});

test('pack of our own output gives the same bytes', async () => {
  for (const [format, ...options] of [
    ['cpio.xz'],
    ['cpio', '--source-date-epoch', '1600000000', '--root-entry'],
    ['cpio', '--init', '/bin/dash'],
  ]) {
    const [once, twice] = [scratch.in(`once.${format}`), scratch.in(`twice.${format}`)];
    await succeed('pack', tree, '-o', once, '-f', '-q', ...options);
    await succeed('pack', once, '-o', twice, '-f', '-q', ...options);
    assert.is(digestOf(twice), digestOf(once), options.join(' '));
  }
});

test('an archive can be replaced by what is packed from it', async () => {
  const path = scratch.in('same.cpio');
  await succeed('pack', faithful, '-o', path, '-q');
  const wanted = digestOf(path);
  writeFileSync(path, readFileSync(faithful));
  await succeed('pack', path, '-o', path, '-f', '-q');
  assert.is(digestOf(path), wanted);
});

test('check and rules explain say the same of an archive as of the tree', async () => {
  const ofTree = await run(['check', tree, '--json']);
  const ofArchive = await run(['check', faithful, '--json']);
  assert.equal([ofTree.status, ofArchive.status], [1, 1]);
  const facts = ({ stdout }: Run): object => {
    const { source, seconds, ...rest } = JSON.parse(stdout);
    assert.type(source, 'string');
    assert.type(seconds, 'number');
    return rest;
  };
  assert.equal(facts(ofArchive), facts(ofTree));
  const explained = await succeed('rules', 'explain', faithful, '/etc/machine-id');
  assert.is(explained.stdout, (await succeed('rules', 'explain', tree, '/etc/machine-id')).stdout);
});

test('early archives stay in front as they are, behind that of --segment, unless they are dropped', async () => {
  const early = Buffer.concat([
    newcArchive(newc('kernel', { mode: DIRECTORY }), newc('kernel/u', { data: 'code' })),
    Buffer.alloc(300),
  ]);
  const source = scratch.in('with.img');
  const [segment, out, bare] = [scratch.in('own.cpio'), scratch.in('out.cpio'), scratch.in('bare.cpio')];
  writeFileSync(segment, newcArchive(newc('kernel/first')));
  writeFileSync(source, Buffer.concat([early, gzipSync(readFileSync(faithful))]));
  await succeed('pack', tree, '-o', bare, '-q');
  const { stdout } = await succeed('pack', source, '-o', out);
  assert.match(stdout, /early +1 archive in front, 2 entries, 668 B, contents as in the source/);
  assert.ok(readFileSync(out).equals(Buffer.concat([early, readFileSync(bare)])));
  const json = JSON.parse((await succeed('pack', source, '-o', out, '-f', '--json')).stdout);
  assert.equal(json.early, { archives: 1, entries: 2, bytes: early.length });
  await succeed('pack', out, '-o', scratch.in('again.cpio'), '-q');
  assert.is(digestOf(scratch.in('again.cpio')), digestOf(out));
  await succeed('pack', source, '-o', out, '-f', '-q', '--segment', segment);
  assert.ok(readFileSync(out).equals(Buffer.concat([readFileSync(segment), early, readFileSync(bare)])));
  await succeed('pack', source, '-o', out, '-f', '-q', '--drop-segments');
  assert.is(digestOf(out), digestOf(bare));
});

test('limits can be named', async () => {
  const { status, stderr } = await run(['check', faithful, '--limit', 'entries=10']);
  assert.is(status, 2);
  assert.match(stderr, /faithful\.cpio: has more than 10 entries\. Allow it with --limit entries=VALUE/);
  assert.match(
    (await run(['list', faithful, '--limit', 'what=1'])).stderr,
    /--limit: there is no limit "what"\. Known limits: nameLength/,
  );
});

test('list: paths and globs, in archive order', async () => {
  const lines = async (...patterns: string[]): Promise<string[]> => {
    const { stdout } = await succeed('list', faithful, '--json', ...patterns);
    return (JSON.parse(stdout) as { entries: { path: string }[] }).entries.map(({ path }) => path);
  };
  assert.equal(await lines('etc/shadow', '/etc/passwd'), ['etc/passwd', 'etc/shadow']);
  assert.equal(await lines('etc/pass*'), ['etc/passwd', 'etc/passwd-']);
  assert.ok((await lines('var/log')).every((line) => line.startsWith('var/log')));
  const none = await run(['list', faithful, 'nope', 'etc/passwd']);
  assert.equal([none.status, none.stdout.includes('etc/passwd')], [2, true]);
  assert.match(none.stderr, /no entry of the archive matches "nope"/);
});

test('list of one path of a large archive of ours looks it up', async () => {
  const big = scratch.in('big');
  mkdirSync(big);
  // Does not compress, so blocks of level 0 are reached by little.
  for (let index = 0; index < 6; index += 1) writeFileSync(`${big}/f${index}`, Buffer.alloc(9 << 20, index));
  await succeed('pack', big, '-o', scratch.in('big.cpio.xz'), '--level', '0', '-q');
  const { stdout } = await succeed('list', scratch.in('big.cpio.xz'), 'f4', '--json');
  assert.equal(
    JSON.parse(stdout).entries.map(({ path }: { path: string }) => path),
    ['f4'],
  );
  await succeed('extract', scratch.in('big.cpio.xz'), '/f5', '-C', scratch.in('one'), '-q');
  assert.ok(readFileSync(scratch.in('one', 'f5')).equals(Buffer.alloc(9 << 20, 5)));
});

test('list as mtree and as composefs dump: every entry once, parents first, with digests', async () => {
  const archive = scratch.in('forms.cpio');
  const links = { inode: 4, nlink: 2 };
  writeFileSync(
    archive,
    newcArchive(
      newc('b', { mode: DIRECTORY }),
      newc('b/two', links),
      newc('b/one', { ...links, data: 'x'.repeat(70) }),
      newc('a', { data: 'small' }),
      newc('n', { mode: FILE_TYPE_BITS.block | 0o600, major: 8, minor: 1 }),
    ),
  );
  const sha = createHash('sha256').update('x'.repeat(70)).digest('hex');
  const { stdout } = await succeed('list', archive, '--format', 'mtree');
  assert.equal(stdout.split('\n'), [
    '#mtree v2.0',
    '. type=dir uid=0 gid=0 mode=0755 time=0.000000000',
    `./a type=file uid=0 gid=0 mode=0644 time=0.000000000 size=5 sha256digest=${createHash('sha256').update('small').digest('hex')}`,
    './b type=dir uid=0 gid=0 mode=0755 time=0.000000000',
    `./b/one type=file uid=0 gid=0 mode=0644 time=0.000000000 nlink=2 size=70 sha256digest=${sha}`,
    `./b/two type=file uid=0 gid=0 mode=0644 time=0.000000000 nlink=2 size=70 sha256digest=${sha}`,
    './n type=block uid=0 gid=0 mode=0600 time=0.000000000 device=native,8,1',
    '',
  ]);
  const dump = (await succeed('list', archive, '--format', 'composefs-dump')).stdout.split('\n');
  assert.equal(
    dump.map((line) => line.split(' ').slice(0, 4).join(' ')),
    [
      ...[
        '/ 0 40755 3',
        '/a 5 100644 1',
        '/b 0 40755 2',
        '/b/one 70 100644 2',
        '/b/two 70 @100644 2',
        '/n 0 60600 1',
        '',
      ],
    ],
  );
  assert.match(dump[3] ?? '', /([0-9a-f]{2})\/([0-9a-f]{62}) - \1\2$/);
  assert.match(dump[4] ?? '', / \/b\/one - -$/);
  const some = (await succeed('list', archive, '--format', 'composefs-dump', 'b/two')).stdout.split('\n');
  assert.equal(
    some.map((line) => line.split(' ').slice(0, 4).join(' ')),
    ['/ 0 40755 3', '/b 0 40755 2', '/b/two 70 100644 1', ''],
  );
});

test('list shows hostile archives, escaped; what unpacks them refuses', async () => {
  const archive = scratch.in('hostile.tar');
  writeFileSync(
    archive,
    tarArchive(
      ustar('../\x1b[31m\n', { data: 'x' }),
      ustar('a', { type: '2', link: '/etc' }),
      ustar('a/passwd'),
    ),
  );
  const { stdout } = await succeed('list', archive);
  assert.match(stdout, /^-rw-r--r--.* \.\.\/\\x1b\[31m\\x0a\nl.* a -> \/etc\n-rw.* a\/passwd\n$/);
  for (const argv of [
    ['extract', archive, '-C', scratch.in('no')],
    ['pack', archive, '-o', scratch.in('no.cpio')],
    ['check', archive],
    ['list', archive, '--format', 'mtree'],
  ]) {
    const { status, stderr } = await run(argv);
    assert.equal(
      [
        status,
        /^stillroot: .*"\.\.\/\\x1b\[31m\\x0a" contains "\.\.", and could lead out of the tree\. [^\n\x1b]*\n$/.test(
          stderr,
        ),
      ],
      [2, true],
      stderr,
    );
  }
});

test('a reader that has seen enough ends it without a word', async () => {
  class Impatient extends TestTerminal {
    isOutGone = false;
    override out = (text: string): void => {
      this.stdout += text;
      this.isOutGone = true;
    };
  }
  const { main } = await import('../../src/cli/main.ts');
  const many = scratch.in('many.cpio');
  writeFileSync(many, newcArchive(...Array.from({ length: 5000 }, (_, index) => newc(`f${index}`))));
  for (const argv of [
    ['list', many],
    ['list', many, '--json'],
    ['list', many, '--format', 'mtree'],
  ]) {
    const terminal = new Impatient();
    assert.is(await main(argv, terminal), 0);
    assert.ok(terminal.stderr === '' && terminal.stdout.length < 200_000, argv.join(' '));
  }
});

test('extract: what was packed, in text and as a document', async () => {
  const out = scratch.in('extracted');
  const { stdout, stderr } = await succeed('extract', faithful, '-C', out);
  assert.match(stdout, /faithful\.cpio -> .*extracted\n {2}\d+ entries, \d+\.\d [KM]iB, \d+\.\d s\n/);
  assert.is(stderr, '');
  const isRoot = process.geteuid?.() === 0;
  const differences = compareListings(listTree(out), listTree(tree)).filter(
    (line) => isRoot || !line.includes('owner'),
  );
  assert.equal(differences, []);
  rmSync(out, { recursive: true });
  const json = JSON.parse((await succeed('extract', faithful, '-C', out, 'etc/pass*', '--json')).stdout);
  assert.equal([json.schema, json.entries, json.bytes > 0], ['stillroot/extract/1', 2, true]);
  assert.equal([...listTree(out).keys()], ['etc', 'etc/passwd', 'etc/passwd-']);
});

test('extract: nothing is written where a pattern matches nothing, or the place is missing', async () => {
  const out = scratch.in('nothing');
  const { status, stderr } = await run(['extract', faithful, '-C', out, 'etc/passwd', 'nope']);
  assert.is(status, 2);
  assert.match(stderr, /no entry of the archive matches "nope"/);
  assert.not.ok(listable(out));
  assert.match((await run(['extract', faithful])).stderr, /missing -C DIR, for example -C rootfs/);
});

function listable(path: string): boolean {
  try {
    return listTree(path).size >= 0;
  } catch {
    return false;
  }
}

test.run();
