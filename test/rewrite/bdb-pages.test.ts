// Which bytes of a page no item uses, on pages of 512 bytes without a zero.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BDB, BdbFile } from '../../src/formats/rpm/bdb.ts';
import { clearPage, fileId } from '../../src/rewrite/bdb-pages.ts';

const test = suite('bdb-pages');

const SIZE = 512;
const FULL = 0xaa;

/** A btree whose second page is of this kind, with items that begin with these bytes, by offset. */
function btree(kind: number, items: Readonly<Record<number, readonly number[]>>, lowest = 0): Buffer {
  const bytes = Buffer.alloc(2 * SIZE, FULL);
  for (const [at, value] of [
    [12, 0x053162],
    [16, 9],
    [20, SIZE],
    [32, 1],
  ] as const)
    bytes.writeUInt32LE(value, at);
  const places = Object.keys(items).map(Number);
  bytes.writeUInt16LE(places.length, SIZE + 20);
  bytes.writeUInt16LE(lowest, SIZE + 22);
  bytes[SIZE + 25] = kind;
  for (const [index, at] of places.entries()) {
    bytes.writeUInt16LE(at, SIZE + 26 + 2 * index);
    Buffer.from(items[at] ?? []).copy(bytes, SIZE + at);
  }
  return bytes;
}

/** The bytes of the second page that become zero, as the first and the last of each run. */
function cleared(bytes: Buffer): (readonly [number, number])[] {
  const after = Buffer.from(bytes);
  clearPage(new BdbFile(bytes), after, 1);
  const runs: [number, number][] = [];
  for (const [at, byte] of after.entries()) {
    if (byte === bytes[at]) continue;
    assert.is(byte, 0);
    const last = runs.at(-1);
    if (last?.[1] === at - SIZE - 1) last[1] += 1;
    else runs.push([at - SIZE, at - SIZE]);
  }
  return runs;
}

test('all of a free page behind its header, and an overflow page behind its content', () => {
  assert.equal(cleared(btree(BDB.KIND.free, {})), [[26, 511]]);
  assert.equal(cleared(btree(BDB.KIND.overflow, {}, 100)), [[126, 511]]);
  assert.equal(cleared(btree(BDB.KIND.overflow, {}, SIZE - 26)), []);
  assert.equal(cleared(btree(9, {})), []);
});

test('a hash: the gap in front of the items, and three bytes of each that is elsewhere', () => {
  for (const kind of [BDB.KIND.hash, BDB.KIND.unsortedHash]) {
    assert.equal(cleared(btree(kind, { 500: [1], 470: [3] })), [
      [30, 469],
      [471, 473],
    ]);
  }
});

test('a btree: what is between items, and unused bytes in them', () => {
  assert.equal(cleared(btree(BDB.KIND.btreeInternal, { 490: [4, 1, 1] })), [
    [28, 489],
    [493, 493],
  ]);
  // Length 4, then the type, also that of an item that was deleted.
  for (const type of [0x01, 0x81]) {
    assert.equal(cleared(btree(BDB.KIND.btreeLeaf, { 490: [4, 0, type], 480: [7, 0, 1] })), [
      [30, 479],
      [497, 511],
    ]);
  }
  // Elsewhere: 12 bytes, of which the first two and the fourth mean nothing.
  assert.equal(cleared(btree(BDB.KIND.btreeLeaf, { 499: [FULL, FULL, 3], 487: [FULL, FULL, 3] })), [
    [30, 488],
    [490, 490],
    [499, 500],
    [502, 502],
    [511, 511],
  ]);
  assert.equal(cleared(btree(BDB.KIND.btreeLeaf, { 501: [FULL, FULL, 3] })), [[28, 500]]);
});

test('several places of one item are one item', () => {
  const twice = btree(BDB.KIND.btreeLeaf, { 490: [4, 4, 1], 480: [7, 0, 1] });
  twice.writeUInt16LE(480, SIZE + 28);
  assert.equal(cleared(twice), [
    [30, 479],
    [490, 511],
  ]);
});

test('an id is made of the name and the epoch', () => {
  const ids = [fileId('a', 1), fileId('b', 1), fileId('a', 2)].map((id) => id.toString('hex'));
  assert.is(new Set(ids).size, 3);
  assert.is(fileId('a', 1).length, 20);
  assert.is(fileId('a', 1).toString('hex'), ids[0]);
});

test.run();
