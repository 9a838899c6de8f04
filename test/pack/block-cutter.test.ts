import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headerSpan } from '../../src/cpio/newc.ts';
import { assemble } from '../../src/pack/assemble.ts';
import { blockCutter, type Cutter, plainCutter } from '../../src/pack/block-cutter.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { type MemorySource, memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
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
  // Directory and header stand before the first part.
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
      // Large files have parts of their own, which may be shorter than a block of entries; never the others.
      const isPart = (block: Buffer): boolean => block.toString('latin1', 0, 6) !== '070701';
      for (const block of blocks.slice(0, -1)) assert.ok(isPart(block) || block.length >= blockMinimum);
    }),
    { numRuns: 60 },
  );
});

test.run();
