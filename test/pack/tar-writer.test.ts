// Trees as tar archives: what is in them, read back by our own reader, and packed again.
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../src/formats/input.ts';
import { readXz } from '../../src/formats/xz/reader.ts';
import { type ArchiveFormat, rowOf } from '../../src/pack/formats.ts';
import { pack } from '../../src/pack/pack.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { openArchiveSource } from '../../src/source/archive-source.ts';
import type { Source } from '../../src/source/source.ts';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';
import { type Attributes, NO_ATTRIBUTES } from '../../src/tree/attributes.ts';
import type { Entry, EntryType } from '../../src/tree/entry.ts';
import { parseTar } from '../formats/tar/parsed.ts';
import { makeEntry, makeTree, symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { hardLinked, MemorySource, memorySource } from '../support/memory-source.ts';
import { planned } from '../support/plain-plan.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';
import { SMALL_LEVEL } from './small-level.ts';

/** Headers with attributes need more room than its blocks have. */
const LEVEL = { ...SMALL_LEVEL, blockMaximum: 512 * 1024 };

const test = suite('pack/tar-writer');
const scratch = new Scratch('tar-writer');
test.after(() => scratch.remove());
const hashes = await loadPathHashes();

/** Packs the tree as it is: no rules, owners and times kept. */
async function packAs(format: ArchiveFormat, source: Source): Promise<Buffer> {
  const { mtimes, linkData, holdsAttributes } = rowOf(format).writer;
  const attributes = { attributes: 'keep', labels: 'drop' } as const;
  const owner = { policy: 'keep', uid: 0, gid: 0, mapUid: new Map(), mapGid: new Map() } as const;
  const plan = makePlan(source, [], {
    ...{ owner, mtime: 'keep', mtimes, linkData },
    ...(holdsAttributes ? { attributes } : {}),
  });
  const sink = new MemorySink();
  await pack(plan.entries(), source, sink, { format, level: LEVEL, jobs: 2, hashes });
  return sink.bytes;
}

const packTar = (source: Source): Promise<Buffer> => packAs('tar', source);

async function withArchive<T>(bytes: Buffer, use: (source: Source) => Promise<T>): Promise<T> {
  writeFileSync(scratch.in('in.tar'), bytes);
  const source = await openArchiveSource(scratch.in('in.tar'));
  try {
    return await use(source);
  } finally {
    source.close();
  }
}

function linked(): MemorySource {
  const names = ['b/one', 'a/two', 'c'];
  const source = memorySource([
    ...hardLinked(names, { size: 9, mode: 0o755 }),
    symlink('l', 'c'),
    ['z', 'end'],
  ]);
  for (const name of names) source.contents.set(name, Buffer.from('both have'));
  return source;
}

test('the first name of a hard-link group has the data, and the others lead to it', async () => {
  const { members } = parseTar(await packTar(linked()));
  assert.equal(
    members.map(({ path, hardLink, size, content }) => [path, hardLink, size, content.toString()]),
    [
      ['a', undefined, 0, ''],
      ['a/two', undefined, 9, 'both have'],
      ['b', undefined, 0, ''],
      ['b/one', 'a/two', 0, ''],
      ['c', 'a/two', 0, ''],
      ['l', undefined, 0, ''],
      ['z', undefined, 3, 'end'],
    ],
  );
});

test('directories end in a slash, no name begins with a dot, and two blocks of zeros end it all', async () => {
  const bytes = await packTar(memorySource([['d/e/f', 'x'.repeat(513)]]));
  const names = [0, 512, 1024].map((at) => bytes.toString('latin1', at, bytes.indexOf(0, at)));
  assert.equal(names, ['d/', 'd/e/', 'd/e/f']);
  assert.is(bytes.length, 3 * 512 + 2 * 512 + 2 * 512);
  assert.ok(bytes.subarray(-1024 - 511).every((byte) => byte === 0));
  assert.is((await packTar(memorySource([]))).length, 1024);
});

test('--root-entry comes first, as ./', async () => {
  const source = memorySource([['f', 'x']]);
  const plan = makePlan(source, [], { rootEntry: true, linkData: 'first' });
  const sink = new MemorySink();
  await pack(plan.entries(), source, sink, { format: 'tar', jobs: 1, hashes });
  const { members } = parseTar(sink.bytes);
  assert.equal(
    members.map(({ path, type }) => `${type} ${path}`),
    ['directory .', 'file f'],
  );
  assert.is(sink.bytes.toString('latin1', 0, 3), './\0');
});

test('times before 1970 stay where they are clamped to the epoch, as far as the format holds them', async () => {
  const source = memorySource([
    makeEntry('old', 'file', { mtime: -5 }),
    makeEntry('young', 'file', { mtime: 9 }),
  ]);
  for (const [format, old] of [
    ['tar', -5],
    ['cpio', 0],
  ] as const) {
    const plan = makePlan(source, [], { epoch: 7, mtimes: rowOf(format).writer.mtimes });
    const times = [...plan.entries()].map(({ entry }) => entry.mtime);
    assert.equal(times, [old, 7]);
  }
});

test('what Linux cannot create is refused, and what cpio cannot hold is not', async () => {
  const fails = async (entry: Entry): Promise<string> => {
    try {
      await packTar(new MemorySource(makeTree([entry]), new Map()));
      return '';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  assert.is(await fails(makeEntry('n'.repeat(256))), 'name-too-long');
  assert.is(await fails(symlink('l', '')), 'archive-malformed');
  assert.is(await fails(makeEntry('TRAILER!!!')), '');
  const huge = makeEntry('huge', 'file', { size: 2 ** 33 });
  rowOf('tar').writer.check().see(planned(huge));
  assert.throws(() => rowOf('cpio').writer.check().see(planned(huge)), /at most 4294967295/);
});

test('compressed blocks are cut between and inside members, and together are the plain archive', async () => {
  const files = Array.from({ length: 60 }, (_, n): [string, string] => [`d/${n}`, `${n} `.repeat(n * 200)]);
  const source = memorySource([...files, ['big', 'b'.repeat(900_000)]]);
  const plain = await packTar(source);
  const file = readXz(bytesInput(await packAs('tar.xz', source)));
  assert.ok(file.blocks.length > 3, `${file.blocks.length} blocks`);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.stream()) pieces.push(Buffer.from(piece));
  assert.ok(Buffer.concat(pieces).equals(plain));
});

const CAPABILITY = '\x01\0\0\x02\0\x20'.padEnd(20, '\0');
const LIST = encodeAccessList(
  parseAccessList('user::rw-,user:1000:r--,group::r--,mask::r--,other::---') ?? [],
);

/** The records of the extended header of the first member, by keyword. */
function firstRecords(bytes: Buffer): Map<string, string> {
  assert.is(bytes.toString('latin1', 156, 157), 'x');
  const size = Number.parseInt(bytes.toString('latin1', 124, 135), 8);
  const found = new Map<string, string>();
  for (let at = 512; at < 512 + size; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 10), 10);
    const [, keyword = '', value = ''] =
      /^\d+ ([^=]*)=(.*)\n$/s.exec(bytes.toString('latin1', at, at + length)) ?? [];
    found.set(keyword, value);
    at += length;
  }
  return found;
}

function withAttributes(source: MemorySource, given: Readonly<Record<string, Attributes>>): MemorySource {
  return Object.assign(source, { attributesOf: ({ path }: Entry) => given[path] ?? NO_ATTRIBUTES });
}

test('attributes are records in the forms in which GNU tar, libarchive and Go look for them', async () => {
  const attributes = new Map([
    ['user.a=b%', '\xff\n='],
    ['security.capability', CAPABILITY],
    ['system.posix_acl_access', LIST],
    ['system.posix_acl_default', LIST],
    ['security.selinux', 'system_u:object_r:bin_t:s0\0'],
  ]);
  const source = withAttributes(memorySource([['f', 'x']]), { f: attributes });
  const plan = makePlan(source, [], { attributes: { attributes: 'keep', labels: 'keep' } });
  const sink = new MemorySink();
  await pack(plan.entries(), source, sink, { format: 'tar', jobs: 1, hashes });
  const text = 'user::rw-,user:1000:r--,group::r--,mask::r--,other::---';
  assert.equal(
    [...firstRecords(sink.bytes)],
    [
      ['RHT.security.selinux', 'system_u:object_r:bin_t:s0\0'],
      ['SCHILY.acl.access', text],
      ['SCHILY.acl.default', text],
      ['SCHILY.xattr.security.capability', CAPABILITY],
      ['SCHILY.xattr.security.selinux', 'system_u:object_r:bin_t:s0\0'],
      ['SCHILY.xattr.system.posix_acl_access', LIST],
      ['SCHILY.xattr.system.posix_acl_default', LIST],
      ['SCHILY.xattr.user.a%3Db%25', '\xff\n='],
    ],
  );
  assert.equal([...(parseTar(sink.bytes).members[0]?.attributes ?? [])].sort(), [...attributes].sort());
});

test('of a hard-link group the first name has the attributes', async () => {
  const attributes = new Map([['user.a', '1']]);
  const source = withAttributes(linked(), { 'a/two': attributes, 'b/one': attributes, c: attributes });
  const plan = makePlan(source, [], {
    ...{ linkData: 'first', attributes: { attributes: 'keep', labels: 'drop' } },
  });
  const sink = new MemorySink();
  await pack(plan.entries(), source, sink, { format: 'tar', jobs: 1, hashes });
  const { members } = parseTar(sink.bytes);
  assert.equal(
    members.filter((member) => member.attributes.size > 0).map(({ path }) => path),
    ['a/two'],
  );
});

test('the attributes of one entry have a limit, up to which its headers fit into a block', async () => {
  const path = 'x'.repeat(255);
  const packWith = async (...sizes: number[]): Promise<Buffer> => {
    const attributes = new Map(sizes.map((size, index) => [`user.${index}`, '\xaa'.repeat(size)]));
    const source = withAttributes(memorySource([[path, 'content']]), { [path]: attributes });
    const plan = makePlan(source, [], { attributes: { attributes: 'keep', labels: 'drop' } });
    const sink = new MemorySink();
    await pack(plan.entries(), source, sink, { format: 'tar', jobs: 1, hashes });
    return sink.bytes;
  };
  const keyword = 'SCHILY.xattr.user.0'.length;
  const half = 64 * 1024 - keyword;
  assert.is(parseTar(await packWith(half, half)).members[0]?.attributes.get('user.1')?.length, half);
  await rejects(() => packWith(half, half + 1), 'archive-limit', /take 131073 bytes, .* at most 131072/);
  // As many records as there can be: what they add to keyword and value is most then.
  const many = Array.from({ length: 6000 }, () => 0);
  const bytes = await packWith(...many);
  const headers = bytes.length - 3 * 512;
  assert.ok(headers > 128 * 1024 && headers <= rowOf('tar').writer.headerMaximum, `${headers} bytes`);
});

test('a name or target that is no UTF-8 is said to be binary where it is a record', async () => {
  const long = (first: string): string => `${first}${'n'.repeat(120)}`;
  const records = async (entry: Entry): Promise<string[]> => [
    ...firstRecords(await packTar(memorySource([entry]))).keys(),
  ];
  assert.equal(await records(makeEntry(long('\xff'))), ['hdrcharset', 'path']);
  assert.equal(await records(symlink('l', long('\xff'))), ['hdrcharset', 'linkpath']);
  assert.equal(await records(makeEntry(long('\xc3\xa4'))), ['path']);
  assert.equal(await records(symlink('\xff', long('\xc3\xa4'))), ['linkpath']);
});

const char = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code));
const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: char, minLength: 1, maxLength });
const component = fc
  .oneof(text(12), text(255))
  .map((name) => name.replaceAll('/', '-'))
  .filter((name) => name !== '.' && name !== '..');
const id = fc.oneof(fc.nat(70_000), fc.integer({ min: 2 ** 21 - 1, max: 2 ** 32 - 2 }));

const fields = fc.record({
  ...{ mode: fc.nat(0o7777), uid: id, gid: id },
  mtime: fc.oneof(fc.nat(2 ** 31), fc.integer(), fc.integer({ min: 2 ** 33 - 1, max: 2 ** 34 })),
});
const leaf = fc.record({
  name: component,
  type: fc.constantFrom<EntryType>('file', 'file', 'symlink', 'character', 'block', 'fifo', 'directory'),
  fields,
  content: text(1500),
  target: text(300),
  major: fc.nat(4095),
  minor: fc.nat(1_048_575),
  attributes: fc.dictionary(
    text(30).map((name) => `user.${name.replaceAll('%', '-')}`),
    fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 300 }),
    { maxKeys: 3 },
  ),
  /** Under the directory of this number among those before it; none for the root. */
  parent: fc.option(fc.nat(20), { nil: undefined }),
  /** Repeats the file of this number. */
  link: fc.option(fc.nat(20), { nil: undefined }),
});

type Leaf = typeof leaf extends fc.Arbitrary<infer T> ? T : never;

function treeOf(leaves: readonly Leaf[]): MemorySource {
  const entries = new Map<string, Entry>();
  const contents = new Map<string, Uint8Array>();
  const directories = [''];
  const files: Entry[] = [];
  const attributes: Record<string, Attributes> = {};
  for (const { name, type, fields, content, target, major, minor, parent, link, ...rest } of leaves) {
    const above = parent === undefined ? '' : directories[parent % directories.length];
    const path = above === '' ? name : `${above}/${name}`;
    if (entries.has(path) || path.length > 2000) continue;
    const known = link === undefined ? undefined : files[link % Math.max(1, files.length)];
    if (type === 'file' && known !== undefined && known.links !== null) {
      known.links.paths.push(path);
      entries.set(path, { ...known, path });
      contents.set(path, contents.get(known.path) as Uint8Array);
      attributes[path] = attributes[known.path] ?? NO_ATTRIBUTES;
      continue;
    }
    const isDevice = type === 'character' || type === 'block';
    const entry = makeEntry(path, type, {
      ...fields,
      ...(type === 'symlink' ? { mode: 0o777, target } : {}),
      ...(type === 'file' ? { size: content.length, links: { paths: [path], outside: 0 } } : {}),
      ...(isDevice ? { major, minor } : {}),
    });
    entries.set(path, entry);
    attributes[path] = new Map(Object.entries(rest.attributes));
    if (type === 'file') {
      contents.set(path, Buffer.from(content, 'latin1'));
      files.push(entry);
    }
    if (type === 'directory') directories.push(path);
  }
  const tree = makeTree([...entries.values()]);
  for (const { links } of tree.entries) {
    if (links !== null)
      links.paths.splice(0, Infinity, ...tree.entries.filter((e) => e.links === links).map((e) => e.path));
  }
  return withAttributes(new MemorySource(tree, contents), attributes);
}

/** What an archive keeps of a tree. */
function factsOf(source: Source): unknown[] {
  return source.tree.entries.map((entry) => {
    const { path, type, mode, uid, gid, size, mtime, target, major, minor, links } = entry;
    const names = links === null || links.paths.length < 2 ? [] : links.paths;
    const content = type === 'file' ? source.readFile(entry, 10_000).toString('latin1') : '';
    const attributes = [...(source.attributesOf?.(entry) ?? [])].sort();
    return [path, type, mode, uid, gid, size, mtime, target, major, minor, names, content, attributes];
  });
}

test('whatever the tree: the archive gives it back, and gives itself when it is packed again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(leaf, { minLength: 1, maxLength: 25 }), async (leaves) => {
      const source = treeOf(leaves);
      const bytes = await packTar(source);
      await withArchive(bytes, async (archive) => {
        assert.ok(archive.warnings.every(({ code }) => code === 'xattr'));
        assert.equal(factsOf(archive), factsOf(source));
        assert.ok((await packTar(archive)).equals(bytes));
      });
    }),
    { numRuns: 60 },
  );
});

test('from cpio to tar and back nothing is lost, and from tar to cpio and back', async () => {
  const cpio = await packAs('cpio', linked());
  const tar = await packTar(linked());
  await withArchive(cpio, async (source) => assert.ok((await packTar(source)).equals(tar)));
  await withArchive(tar, async (source) => assert.ok((await packAs('cpio', source)).equals(cpio)));
});

test.run();
