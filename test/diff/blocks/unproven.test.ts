import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BlockFile, unproven } from '../../../src/diff/blocks/block-reader.ts';

const test = suite('unproven blocks');

/** A file of blocks with 10 bytes of content each, which may depend on `reach` bytes before them. */
function fileOf(count: number, reach: number): BlockFile {
  const blocks = Array.from({ length: count }, () => ({ uncompressedSize: 10 }));
  return { access: { blocks, reach } } as unknown as BlockFile;
}

const same = (...pairs: [number, number][]): Map<number, number> => new Map(pairs);

test('blocks that are independent by their format prove themselves', () => {
  assert.equal(unproven(fileOf(5, 0), same([0, 0], [3, 2], [4, 4])), []);
});

test('behind a block that differs: as many as reach back to it', () => {
  // 0 and 1 begin both files; 2 differs.
  const matches = same([0, 0], [1, 1], [3, 3], [4, 4], [5, 5], [6, 6]);
  assert.equal(unproven(fileOf(7, 10), matches), [3]);
  assert.equal(unproven(fileOf(7, 11), matches), [3, 4]);
  assert.equal(unproven(fileOf(7, 25), matches), [3, 4, 5]);
  assert.equal(unproven(fileOf(7, 1000), matches), [3, 4, 5, 6]);
});

test('the same beginning proves everything up to the first difference, another one nothing', () => {
  assert.equal(unproven(fileOf(3, 1000), same([0, 0], [1, 1], [2, 2])), []);
  assert.equal(unproven(fileOf(3, 15), same([0, 1], [1, 2], [2, 3])), [0, 1]);
});

test('a block that only the other file has counts, too', () => {
  assert.equal(unproven(fileOf(4, 10), same([0, 0], [1, 1], [2, 3], [3, 4])), [2]);
});

test.run();
