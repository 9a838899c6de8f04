import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openArchiveFile } from '../../src/source/archive-file.ts';
import { openArchivePart } from '../../src/source/archive-source.ts';
import { BlockLookUp } from '../../src/source/block-lookup.ts';
import { DIRECTORY, newc, newcArchive, SYMLINK, xzFile, zstdFile } from '../support/archive-bytes.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('block-lookup');
const scratch = new Scratch('block-lookup');
test.after(() => scratch.remove());

const path = scratch.in('archive');
/** What the archives of the next test are compressed with. */
let container: 'xz' | 'zstd' = 'xz';

/** Bytes of a cpio archive without repetitions. */
const filler = (size: number, seed: number): string =>
  Buffer.from(
    Uint32Array.from({ length: size / 4 }, (_, at) => (at * 2654435761 + seed) >>> 0).buffer,
  ).toString('latin1');

/** Ten directories, each with three files; a block begins with each directory and in the middle of it. */
const entries = Array.from({ length: 10 }, (_, index) => [
  newc(`d${index}`, { mode: DIRECTORY }),
  newc(`d${index}/a`, { data: `a of ${index}` }),
  newc(`d${index}/b`, { data: filler(4000, index) }),
  newc(`d${index}/c`, { data: `c of ${index}` }),
]);

async function writeBlocks(
  parts: readonly (readonly Buffer[])[],
  front: Buffer = Buffer.alloc(0),
): Promise<void> {
  const content = newcArchive(...parts.flat());
  const cuts: number[] = [];
  let at = 0;
  for (const part of parts) {
    at += part.reduce((sum, { length }) => sum + length, 0);
    cuts.push(at);
  }
  const bytes = container === 'xz' ? await xzFile(content, cuts) : zstdFile(content, cuts);
  writeFileSync(path, Buffer.concat([front, bytes]));
}

interface Found {
  readonly names: string[] | undefined;
  readonly blocks: number[];
  readonly probes: number;
}

async function find(...wanted: string[]): Promise<Found> {
  const file = openArchiveFile(path);
  const lookUp = new BlockLookUp(file);
  try {
    const found = await lookUp.find(wanted);
    const names = found?.entries.map(({ name }) => name);
    return { names, blocks: [...lookUp.blocks], probes: lookUp.probes };
  } finally {
    file.close();
  }
}

for (const kind of ['xz', 'zstd'] as const) {
  test(`${kind}: one file costs one block, and the beginnings of a few`, async () => {
    container = kind;
    await writeBlocks(entries);
    container = 'xz';
    for (let index = 0; index < 10; index += 1) {
      const { names, blocks, probes } = await find(`d${index}/b`);
      assert.equal([names, blocks], [[`d${index}/b`], [index]]);
      // 11 blocks with that of the trailer: the first one, then halves.
      assert.ok(probes <= 5, `${probes} probes`);
    }
  });
}

test('a directory has all that is below it, and no more blocks than it lies in', async () => {
  await writeBlocks(entries);
  const one = await find('d4');
  assert.equal([one.names, one.blocks], [['d4', 'd4/a', 'd4/b', 'd4/c'], [4]]);
  await writeBlocks([
    ...entries.slice(0, 3),
    entries.slice(3, 4)[0]!.slice(0, 2),
    entries[3]!.slice(2),
    ...entries.slice(4),
  ]);
  const two = await find('d3');
  assert.equal(
    [two.names, two.blocks],
    [
      ['d3', 'd3/a', 'd3/b', 'd3/c'],
      [3, 4],
    ],
  );
});

test('several paths, and one inside another', async () => {
  await writeBlocks(entries);
  const { names, blocks } = await find('d7/c', 'd1', 'd1/a', 'd7/a');
  assert.equal(names, ['d1', 'd1/a', 'd1/b', 'd1/c', 'd7/a', 'd7/c']);
  assert.equal(blocks, [7, 1]);
});

test('a file that is larger than a block', async () => {
  const big = newc('d5/big', { data: filler(40_000, 99) });
  const parts = [
    big.subarray(0, 9000),
    big.subarray(9000, 18_000),
    big.subarray(18_000, 27_000),
    big.subarray(27_000),
  ];
  await writeBlocks(
    [
      ...entries.slice(0, 5),
      [...entries[5]!.slice(0, 3), parts[0]!],
      ...parts.slice(1, 3).map((part) => [part]),
      [parts[3]!, entries[5]![3]!],
      ...entries.slice(6),
    ].map((part) => part.filter(({ length }) => length > 0)),
  );
  for (const [wanted, count] of [
    ['d5/big', 4],
    ['d4/c', 1],
    ['d6/a', 1],
  ] as const) {
    const { names, blocks } = await find(wanted);
    assert.equal([names, blocks.length], [[wanted], count], wanted);
  }
  const part = await openArchivePart(path, ['d5/big'], { temporary: scratch.path });
  const [entry] = part?.tree.entries.filter(({ type }) => type === 'file') ?? [];
  assert.ok(part && entry && part.readFile(entry, 1e6).toString('latin1') === filler(40_000, 99));
  assert.equal(part?.warnings, []);
  part?.close();
});

test('contents of what was found', async () => {
  await writeBlocks(entries);
  const part = await openArchivePart(path, ['d2/a', 'd8'], { temporary: scratch.path });
  const files = part?.tree.entries.filter(({ size }) => size > 0) ?? [];
  assert.equal(
    files.map((entry) => part?.readFile(entry, 5000).toString('latin1').slice(0, 6)),
    ['a of 2', 'a of 8', filler(4000, 8).slice(0, 6), 'c of 8'],
  );
  part?.close();
});

test('early archives in front do not matter; any other one may have more of what is wanted', async () => {
  const kernel = newc('kernel', { mode: DIRECTORY });
  await writeBlocks(
    entries,
    Buffer.concat([newcArchive(kernel, newc('kernel/x', { data: 'x' })), Buffer.alloc(16)]),
  );
  assert.equal((await find('d3/a')).names, ['d3/a']);
  assert.is((await find('kernel/x')).names, undefined);
  for (const front of [newc('d3', { mode: DIRECTORY }), newc('l', { mode: SYMLINK, data: 'd3' })]) {
    await writeBlocks(entries, newcArchive(kernel, front));
    assert.is((await find('d3/a')).names, undefined);
  }
});

const content = newcArchive(...entries.flat());
const NOT_OURS: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['one block', () => xzFile(content)],
  ['blocks that begin anywhere', () => xzFile(content, [5001, 9999, 15_003])],
  ['uncompressed', async () => content],
  [
    'another order',
    () => {
      const parts = [...entries.slice(5), ...entries.slice(0, 5)];
      const size = Buffer.concat(parts[0]!).length;
      return xzFile(newcArchive(...parts.flat()), [size, size * 3, size * 7]);
    },
  ],
  [
    'another member behind it',
    async () => Buffer.concat([await xzFile(content, [Buffer.concat(entries[0]!).length]), content]),
  ],
];

for (const [name, make] of NOT_OURS) {
  test(`left to the reader of everything: ${name}`, async () => {
    writeFileSync(path, await make());
    for (const wanted of ['d3/b', 'd9/c']) assert.is((await find(wanted)).names, undefined);
  });
}

test('a path that is not there is not found, and that is not decided here', async () => {
  await writeBlocks(entries);
  for (const wanted of ['a', 'd3/bb', 'd99', 'zzz', 'd3/a/x'])
    assert.is((await find(wanted)).names, undefined, wanted);
});

test('a file that holds a cpio archive is not taken for entries', async () => {
  const inner = newcArchive(newc('d5/evil', { data: 'evil' }), newc('d5/g', { data: filler(3000, 5) }));
  const data = `${filler(2000, 1)}${inner.toString('latin1')}`;
  const outer = newc('d4/x', { data });
  const head = outer.length - data.length;
  await writeBlocks([
    ...entries.slice(0, 5),
    [outer.subarray(0, head + 2000)],
    [outer.subarray(head + 2000), ...entries[5]!],
    ...entries.slice(6),
  ]);
  assert.is((await find('d5/evil')).names, undefined);
  assert.is((await find('d5/a')).names, undefined);
});

test('a name whose content stands with another name is left to the reader of everything', async () => {
  const links = { inode: 9, nlink: 2 };
  await writeBlocks([...entries, [newc('e', links)], [newc('f', { ...links, data: 'of both' })]]);
  assert.is(await openArchivePart(path, ['e'], { temporary: scratch.path }), undefined);
  const part = await openArchivePart(path, ['f'], { temporary: scratch.path });
  assert.is(part?.readFile(part.tree.get('f')!, 10).toString(), 'of both');
  part?.close();
});

test.run();
