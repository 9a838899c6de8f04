import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeTree, PackedTree, TreeDigest } from '../../src/manifest/describe-tree.ts';
import type { ArchiveFormat } from '../../src/pack/formats.ts';
import { XZ_LEVELS } from '../../src/pack/levels.ts';
import { pack } from '../../src/pack/pack.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openSource } from '../../src/source/open-source.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { makeEntry } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { hardLinked, memorySource } from '../support/memory-source.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('manifest/tree-digest');
const scratch = new Scratch('tree-digest');
const hashes = await loadPathHashes();
test.after(() => scratch.remove());

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const ENTRIES = [
  ['etc/motd', 'hello\n'],
  ['etc/empty', ''],
  makeEntry('dev', 'directory', { mode: 0o755 }),
  makeEntry('dev/null', 'character', { mode: 0o666, major: 1, minor: 3 }),
  makeEntry('bin', 'symlink', { mode: 0o777, target: 'usr/bin\xff' }),
  ...hardLinked(['a', 'm', 'z'], { size: 3, mode: 0o4755 }),
] as const;

test('the records are as the head of the file says, so that others can make them', () => {
  const source = memorySource(ENTRIES);
  source.contents.set('z', Buffer.from('abc'));
  const plan = makePlan(source, [], { epoch: 1_000_000_000, mtime: 'set' });
  const records = [
    ['file 4755 0 0 1000000000 3 0:0 -', 'a', ''],
    ['symlink 0777 0 0 1000000000 0 0:0 -', 'bin', 'usr/bin\xff'],
    ['directory 0755 0 0 1000000000 0 0:0 -', 'dev', ''],
    ['character 0666 0 0 1000000000 0 1:3 -', 'dev/null', ''],
    ['directory 0755 0 0 1000000000 0 0:0 -', 'etc', ''],
    [`file 0644 0 0 1000000000 0 0:0 ${sha256('')}`, 'etc/empty', ''],
    [`file 0644 0 0 1000000000 6 0:0 ${sha256('hello\n')}`, 'etc/motd', ''],
    ['file 4755 0 0 1000000000 3 0:0 -', 'm', 'a'],
    [`file 4755 0 0 1000000000 3 0:0 ${sha256('abc')}`, 'z', 'a'],
  ];
  const text = records.map((fields) => `${fields.join('\0')}\0\n`).join('');
  return describePlan(plan).then((found) => {
    assert.is(found.digest, `sha256:${sha256(Buffer.from(text, 'latin1'))}`);
  });
});

test('extended attributes are a digest behind the target, of whatever name in the group has the data', async () => {
  const attributes = new Map([
    ['security.capability', '\x01\xff'],
    ['user.a', ''],
  ]);
  const lines = `security.capability\0${sha256(Buffer.from('\x01\xff', 'latin1'))}\nuser.a\0${sha256('')}\n`;
  const source = memorySource([
    ['f', 'x'],
    ['plain', ''],
  ]);
  const withThem = Object.assign(source, {
    attributesOf: ({ path }: Entry) => (path === 'f' ? attributes : new Map<string, string>()),
  });
  const settings = { mtime: 'set', attributes: { attributes: 'keep', labels: 'drop' } } as const;
  const records = [
    `file 0644 0 0 1000000000 1 0:0 ${sha256('x')}\0f\0\0${sha256(lines)}\n`,
    `file 0644 0 0 1000000000 0 0:0 ${sha256('')}\0plain\0\0\n`,
  ];
  const found = await describePlan(makePlan(withThem, [], settings), false, 'tar');
  assert.is(found.digest, `sha256:${sha256(records.join(''))}`);
  assert.equal(
    found.entries?.map((entry) => entry.attributes),
    [`sha256:${sha256(lines)}`, undefined],
  );
  writeFileSync(scratch.in('attributes.tar'), found.bytes);
  const archive = await openSource(scratch.in('attributes.tar'));
  try {
    const read = describeTree(archive, { withEntries: true, attributesOf: archive.attributesOf });
    assert.equal([read.digest, read.entries], [found.digest, found.entries]);
    assert.not.equal(describeTree(archive).digest, found.digest);
  } finally {
    archive.close();
  }
});

test('trees have one digest in tar and in cpio, though the data of hard links is elsewhere', async () => {
  const given = (): ReturnType<typeof memorySource> => {
    const source = memorySource(ENTRIES);
    for (const name of ['a', 'm', 'z']) source.contents.set(name, Buffer.from('abc'));
    return source;
  };
  const cpio = await describePlan(makePlan(given()));
  const tar = await describePlan(makePlan(given(), [], { linkData: 'first' }), false, 'tar');
  assert.equal([tar.digest, tar.entries], [cpio.digest, cpio.entries]);
});

async function describePlan(
  plan: Plan,
  rootEntry = false,
  format: ArchiveFormat = 'cpio',
): Promise<ReturnType<PackedTree['finish']> & { bytes: Buffer }> {
  const tree = new PackedTree(true);
  const sink = new MemorySink();
  await pack(plan.entries(), plan.source, sink, {
    ...{ format, level: XZ_LEVELS.levels[0]!, jobs: 1, hashes },
    onEntry: (entry, content) => tree.add(entry, content),
  });
  assert.ok(rootEntry || !plan.settings.rootEntry);
  return { ...tree.finish(), bytes: sink.bytes };
}

test('what is packed, and the archive of it read again, have one digest and one list', async () => {
  for (const rootEntry of [false, true]) {
    const source = memorySource(ENTRIES);
    source.contents.set('z', Buffer.from('abc'));
    const packed = await describePlan(makePlan(source, [], { rootEntry }), true);
    const file = scratch.in(`read-${rootEntry}.cpio`);
    writeFileSync(file, packed.bytes);
    const archive = await openSource(file, {});
    const read = describeTree(archive, { withEntries: true });
    archive.close();
    assert.is(read.digest, packed.digest);
    assert.equal(read.entries, packed.entries?.slice(rootEntry ? 1 : 0));
    assert.is(packed.entries?.[0]?.path, rootEntry ? '.' : 'a');
  }
});

test('the list has what it has to, each name of a hard-link group the digest of the content', async () => {
  const source = memorySource(ENTRIES);
  source.contents.set('z', Buffer.from('abc'));
  const { entries = [] } = await describePlan(makePlan(source));
  const rows = new Map(entries.map((row) => [row.path, row]));
  assert.equal(rows.get('bin'), {
    ...{ path: 'bin', type: 'symlink', mode: '0777', uid: 0, gid: 0, mtime: 0, target: 'usr/bin\\xff' },
  });
  assert.is(rows.get('dev/null')?.device, '1:3');
  const content = `sha256:${sha256('abc')}`;
  const group = ['a', 'm', 'z'].map((path) => [rows.get(path)?.digest, rows.get(path)?.hardLink]);
  assert.equal(group, [
    [content, undefined],
    [content, 'a'],
    [content, 'a'],
  ]);
  assert.is(rows.get('etc/empty')?.digest, `sha256:${sha256('')}`);
  assert.is(rows.get('etc')?.digest, undefined);
});

test('without hard links every name is a file of its own, which is another tree', async () => {
  const make = (): ReturnType<typeof memorySource> => {
    const source = memorySource(ENTRIES);
    for (const name of ['a', 'm', 'z']) source.contents.set(name, Buffer.from('abc'));
    return source;
  };
  const kept = await describePlan(makePlan(make()));
  const copied = await describePlan(makePlan(make(), [], { hardLinks: 'copy' }));
  assert.is.not(kept.digest, copied.digest);
  assert.ok(copied.entries?.every(({ hardLink }) => hardLink === undefined));
});

test('a file that is packed in many blocks, or read in pieces, has the digest of its whole content', async () => {
  const content = Buffer.alloc(3_500_000, 'stillroot ');
  for (const readSize of [Number.POSITIVE_INFINITY, 1013]) {
    const source = memorySource([['before', 'x'], makeEntry('large', 'file', { size: content.length })], {
      readSize,
    });
    source.contents.set('large', content);
    const found = await describePlan(makePlan(source));
    assert.is(found.entries?.[1]?.digest, `sha256:${sha256(content)}`);
    assert.equal(
      describeTree(source, { withEntries: true }).entries?.[1]?.digest,
      found.entries?.[1]?.digest,
    );
  }
});

const PLAIN = makeEntry('x', 'file', { size: 1, mode: 0o644, mtime: 5 });

/** Each is another tree than the plain one. */
const OTHERS: Readonly<Record<string, [Entry, string, string | undefined]>> = {
  path: [{ ...PLAIN, path: 'y' }, '', sha256('x')],
  type: [{ ...PLAIN, type: 'fifo' }, '', sha256('x')],
  mode: [{ ...PLAIN, mode: 0o600 }, '', sha256('x')],
  uid: [{ ...PLAIN, uid: 1 }, '', sha256('x')],
  gid: [{ ...PLAIN, gid: 1 }, '', sha256('x')],
  mtime: [{ ...PLAIN, mtime: 6 }, '', sha256('x')],
  size: [{ ...PLAIN, size: 2 }, '', sha256('x')],
  device: [{ ...PLAIN, minor: 1 }, '', sha256('x')],
  target: [{ ...PLAIN, target: 't' }, '', sha256('x')],
  'hard link': [PLAIN, 'first', sha256('x')],
  content: [PLAIN, '', sha256('y')],
  'no content': [PLAIN, '', undefined],
};

function digestOfOne(...[entry, first, content]: [Entry, string, string | undefined]): string {
  const digest = new TreeDigest();
  digest.add(entry, first, content);
  return digest.finish();
}

test('every field is in it', () => {
  const digests = new Set([digestOfOne(PLAIN, '', sha256('x'))]);
  for (const other of Object.values(OTHERS)) digests.add(digestOfOne(...other));
  assert.is(digests.size, Object.keys(OTHERS).length + 1);
  assert.is(digestOfOne({ ...PLAIN, nanoseconds: 7 }, '', sha256('x')), digestOfOne(PLAIN, '', sha256('x')));
});

test('many entries, so that the batches are full', () => {
  const digest = new TreeDigest();
  const hash = createHash('sha256');
  for (let i = 0; i < 5000; i += 1) {
    digest.add({ ...PLAIN, path: `directory/${i}` }, '', undefined);
    hash.update(`file 0644 0 0 5 1 0:0 -\0directory/${i}\0\0\n`);
  }
  assert.is(digest.finish(), `sha256:${hash.digest('hex')}`);
});

test.run();
