import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headerSpan, MAX_NAME_LENGTH } from '../../src/formats/cpio/newc.ts';
import { assemble } from '../../src/pack/assemble.ts';
import { blockCutter, type Cutter, plainCutter } from '../../src/pack/block-cutter.ts';
import { XZ_LEVELS } from '../../src/pack/levels.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { type MemorySource, memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
import { archiveOf } from './archive-of.ts';
import { SMALL_LEVEL } from './small-level.ts';

const test = suite('block-cutter');
const { forCut, forInode } = await loadPathHashes();
const { blockMinimum, blockMaximum } = SMALL_LEVEL;

function blocksOf(source: MemorySource, cutter: Cutter = blockCutter(SMALL_LEVEL, forCut)): Buffer[] {
  const blocks: Buffer[] = [];
  const allocate = (): Buffer => Buffer.alloc(cutter.capacity, 0xaa);
  for (const { buffer, length } of assemble(plannedTree(source.tree, forInode), source, {
    cutter,
    allocate,
  })) {
    blocks.push(Buffer.from(buffer.subarray(0, length)));
  }
  return blocks;
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Content that is other in each file and of a certain size. */
function content(seed: string, size: number): string {
  const block = createHash('sha512').update(seed).digest().toString('latin1');
  return block.repeat(Math.ceil(size / block.length)).slice(0, size);
}

/** Some 4 MB in 400 files, of sizes as a root filesystem has them: many small ones, few large ones. */
function manyFiles(changes: Readonly<Record<string, string>> = {}): MemorySource {
  const files = new Map<string, string>();
  for (let n = 0; n < 400; n++) {
    const path = `d${Math.floor(n / 40)}/f${String(n).padStart(3, '0')}`;
    files.set(path, content(path, (n * 7919) % (n % 20 === 0 ? 60_000 : 12_000)));
  }
  for (const [path, text] of Object.entries(changes)) files.set(path, text);
  return memorySource([...files]);
}

test('blocks are no smaller than the minimum and no larger than the maximum', () => {
  const blocks = blocksOf(manyFiles());
  assert.ok(blocks.length > 20, `${blocks.length} blocks`);
  for (const block of blocks) assert.ok(block.length <= blockMaximum);
  for (const block of blocks.slice(0, -1)) assert.ok(block.length >= blockMinimum);
});

test('cuts are chosen by paths, not only forced by the maximum', () => {
  const lengths = blocksOf(manyFiles()).map(({ length }) => length);
  const mean = lengths.reduce((sum, length) => sum + length) / lengths.length;
  const wanted = SMALL_LEVEL.blockMinimum + SMALL_LEVEL.blockSpread;
  assert.ok(mean > wanted * 0.7 && mean < wanted * 1.4, `mean ${mean}, wanted about ${wanted}`);
});

test('every block of small files begins with an entry header', () => {
  for (const block of blocksOf(manyFiles())) assert.is(block.toString('latin1', 0, 6), '070701');
});

test('a file with other content of the same size changes its block only', () => {
  const path = 'd5/f211';
  const before = blocksOf(manyFiles());
  const size = (211 * 7919) % 12_000;
  const after = blocksOf(manyFiles({ [path]: content('changed', size) }));
  assert.is(after.length, before.length);
  const different = before.filter((block, index) => !block.equals(after[index] as Buffer));
  assert.is(different.length, 1);
  assert.ok((different[0] as Buffer).includes(path));
});

test('a file that grows, shrinks, comes or goes changes blocks near it, and the others stay', () => {
  const known = new Set(blocksOf(manyFiles()).map(digest));
  const changed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    grown: { 'd5/f211': content('grown', 9000) },
    empty: { 'd5/f211': '' },
    added: { 'd5/f211-new': content('added', 3000) },
    first: { 'a-first': content('a-first', 100) },
  };
  for (const [name, changes] of Object.entries(changed)) {
    const blocks = blocksOf(manyFiles(changes));
    const fresh = blocks.filter((block) => !known.has(digest(block))).length;
    assert.ok(fresh >= 1 && fresh <= 4, `${name}: ${fresh} of ${blocks.length} blocks are new`);
  }
});

test('in blocks of a fixed size one inserted file moves everything behind it', () => {
  // So what the test above shows is the work of the cutter.
  const fixed = (source: MemorySource): string[] => {
    const archive = Buffer.concat(blocksOf(source));
    const count = Math.floor(archive.length / 100_000);
    return Array.from({ length: count }, (_, n) => digest(archive.subarray(n * 100_000, (n + 1) * 100_000)));
  };
  const known = new Set(fixed(manyFiles()));
  const blocks = fixed(manyFiles({ 'a-first': content('a-first', 100) }));
  assert.ok(blocks.every((block) => !known.has(block)));
});

test('a file larger than a part is cut at fixed offsets of itself, whatever stands before it', () => {
  const big = content('big', 700_000);
  const alone = blocksOf(memorySource([['m/big', big]]));
  for (const before of [['a', content('a', 1000)] as const, ['a', content('a', 63_000)] as const]) {
    const blocks = blocksOf(memorySource([before, ['m/big', big]]));
    assert.equal(blocks.slice(-4).map(digest), alone.slice(-4).map(digest));
  }
  const part = (alone[1] as Buffer).length;
  assert.is(part % 4096, 0);
  assert.is((alone[2] as Buffer).length, part);
  // Directory and header come before the first part.
  assert.is((alone[0] as Buffer).length, headerSpan(1) + headerSpan(5) + part);
});

test('a changed byte in a large file changes one block', () => {
  const big = content('big', 900_000);
  const other = `${big.slice(0, 500_000)}!${big.slice(500_001)}`;
  const before = blocksOf(memorySource([['big', big]]));
  const after = blocksOf(memorySource([['big', other]]));
  assert.ok(before.length > 5);
  assert.is(before.filter((block, index) => !block.equals(after[index] as Buffer)).length, 1);
});

test('a file that is exactly at a limit fits', () => {
  const part = (blocksOf(memorySource([['big', content('big', 900_000)]]))[1] as Buffer).length;
  for (const size of [part - headerSpan(3), part, part + 1, 2 * part, blockMaximum - 1, blockMaximum]) {
    for (const extra of [-4, -3, -1, 0, 1, 3, 4]) {
      const source = memorySource([
        ['a', content('a', blockMinimum - headerSpan(1) - 4)],
        ['big', content('big', size + extra)],
        ['c', 'behind'],
      ]);
      const plain = Buffer.concat(blocksOf(source, plainCutter(1 << 20)));
      const blocks = blocksOf(source);
      for (const block of blocks) assert.ok(block.length <= blockMaximum);
      assert.ok(Buffer.concat(blocks).equals(plain), `size ${size + extra}`);
    }
  }
});

/** Cutters that would cut before every entry, or before none, were it for the hash alone. */
const eager = blockCutter(SMALL_LEVEL, () => 0);
const reluctant = blockCutter({ ...SMALL_LEVEL, blockSpread: 1 << 20 }, () => 0xffff_ffff);
/** Of the small level: 128 KiB less one header of 4208 bytes, at a multiple of 4096. */
const PART = 122_880;

test('limit: a block may be cut from its minimum on', () => {
  assert.not(eager.cutsBefore('a', 400, blockMinimum - 1));
  assert.ok(eager.cutsBefore('a', 400, blockMinimum));
});

test('limit: an entry that fits exactly forces no cut', () => {
  for (const span of [112, 5000, PART]) {
    assert.not(reluctant.cutsBefore('a', span, blockMaximum - span));
    assert.ok(reluctant.cutsBefore('a', span, blockMaximum - span + 1));
  }
});

test('limit: an entry that is larger than a part begins a block; one of its size need not', () => {
  assert.not(reluctant.cutsBefore('a', PART, blockMinimum));
  assert.ok(reluctant.cutsBefore('a', PART + 1, blockMinimum));
  assert.not(reluctant.cutsBefore('a', PART + 1, blockMinimum - 1));
});

test('limit: the chance of a cut is the share of the entry in the spread', () => {
  // 2^32 * 1024 / 32768
  const threshold = 2 ** 27;
  assert.ok(blockCutter(SMALL_LEVEL, () => threshold - 1).cutsBefore('a', 1024, blockMinimum));
  assert.not(blockCutter(SMALL_LEVEL, () => threshold).cutsBefore('a', 1024, blockMinimum));
  // As large as the spread: always.
  const last = blockCutter(SMALL_LEVEL, () => 0xffff_ffff);
  assert.ok(last.cutsBefore('a', SMALL_LEVEL.blockSpread, blockMinimum));
  assert.not(last.cutsBefore('a', SMALL_LEVEL.blockSpread - 1, blockMinimum));
});

test('limit: a file that is larger than a part is cut at multiples of it, another one where the block ends', () => {
  assert.is(reluctant.partSize(PART + 1, 0, 500), PART);
  assert.is(reluctant.partSize(PART + 1, 1, 500), PART - 1);
  assert.is(reluctant.partSize(PART + 1, PART - 1, 500), 1);
  assert.is(reluctant.partSize(PART + 1, PART, 0), PART);
  assert.is(reluctant.partSize(PART, 0, 500), blockMaximum - 500);
  assert.is(reluctant.partSize(PART, 7, blockMaximum), 0);
});

test('limit: parts of the ten levels', () => {
  const parts = XZ_LEVELS.levels.map((level) =>
    blockCutter(level, () => 0).partSize(Number.MAX_SAFE_INTEGER, 0, 0),
  );
  const [usual, larger, eight, nine] = [10_477_568, 10_477_568, 25_157_632, 41_934_848];
  assert.equal(parts, [usual, usual, usual, usual, usual, usual, larger, larger, eight, nine]);
});

test('limit: an uncompressed block keeps room for the longest header, and data for its padding', () => {
  const capacity = 10_000;
  const plain = plainCutter(capacity);
  const longest = headerSpan(MAX_NAME_LENGTH);
  assert.not(plain.cutsBefore('a', 0, capacity - longest));
  assert.ok(plain.cutsBefore('a', 0, capacity - longest + 1));
  assert.equal(
    [0, 1, capacity - 5, capacity - 4, capacity - 3, capacity].map((size) => plain.partSize(0, 0, size)),
    [capacity - 4, capacity - 5, 1, 0, 0, 0],
  );
});

test('a file that ends up to eight bytes before or after the end of an uncompressed block', () => {
  // With a capacity that is not a multiple of four, a block can end between data and its padding.
  for (const capacity of [20_000, 20_001, 20_002, 20_003]) {
    for (const blocks of [1, 2, 3]) {
      for (let short = -8; short <= 8; short += 1) {
        const files = [
          ['a', content('a', blocks * capacity - headerSpan(1) - short)],
          ['b', content('b', 3)],
          ['c', ''],
        ] as const;
        const pieces = blocksOf(memorySource(files), plainCutter(capacity));
        assert.ok(pieces.every(({ length }) => length > 0 && length <= capacity));
        const where = `${short} bytes before ${blocks} blocks of ${capacity}`;
        assert.ok(Buffer.concat(pieces).equals(archiveOf(files)), where);
      }
    }
  }
});

test('a file that ends up to eight bytes before or after the largest block, or after a part', () => {
  for (const limit of [blockMaximum, PART, headerSpan(1) + PART, headerSpan(1) + 2 * PART]) {
    for (let short = -8; short <= 8; short += 1) {
      const files = [
        ['a', content('a', limit - headerSpan(1) - short)],
        ['b', content('b', 3)],
      ] as const;
      const pieces = blocksOf(memorySource(files));
      assert.ok(pieces.every(({ length }) => length > 0 && length <= blockMaximum));
      assert.ok(Buffer.concat(pieces).equals(archiveOf(files)), `${short} bytes before ${limit}`);
    }
  }
});

const sizes = fc.oneof(
  { weight: 8, arbitrary: fc.nat(9000) },
  { weight: 3, arbitrary: fc.nat(150_000) },
  { weight: 1, arbitrary: fc.nat(600_000) },
);
const names = fc.stringMatching(/^[a-c]{1,3}(\/[a-z]{1,6}){0,2}$/);
const trees = fc.uniqueArray(fc.tuple(names, sizes), { maxLength: 40, selector: ([name]) => name });

/** A path cannot be a file and a directory. */
function withoutClashes(files: readonly (readonly [string, number])[]): (readonly [string, string])[] {
  const paths = files.map(([path]) => path);
  return files
    .filter(([path]) => !paths.some((other) => other.startsWith(`${path}/`)))
    .map(([path, size]) => [path, content(path, size)]);
}

test('for any tree: no block over the capacity, none empty, and together they are the plain archive', () => {
  fc.assert(
    fc.property(trees, fc.integer({ min: 12_000, max: 400_000 }), (files, capacity) => {
      const source = memorySource(withoutClashes(files));
      const blocks = blocksOf(source);
      const plain = blocksOf(source, plainCutter(capacity));
      assert.ok(blocks.every(({ length }) => length > 0 && length <= blockMaximum));
      assert.ok(plain.every(({ length }) => length > 0 && length <= capacity));
      assert.ok(Buffer.concat(blocks).equals(Buffer.concat(plain)));
    }),
    { numRuns: 60 },
  );
});

test('for any tree: a block is cut where the minimum is reached, or before', () => {
  fc.assert(
    fc.property(trees, (files) => {
      const blocks = blocksOf(memorySource(withoutClashes(files)));
      // Large files have separate parts, which may be shorter than a block of entries; no other part may.
      const isPart = (block: Buffer): boolean => block.toString('latin1', 0, 6) !== '070701';
      for (const block of blocks.slice(0, -1)) assert.ok(isPart(block) || block.length >= blockMinimum);
    }),
    { numRuns: 60 },
  );
});

test.run();
