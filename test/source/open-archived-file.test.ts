import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Extent, OpenArchivedFile } from '../../src/source/open-archived-file.ts';
import { runsOf } from '../support/thorough.ts';

const test = suite('open archived file');

const ONE_TO_255 = Buffer.from(Array.from({ length: 255 }, (_, n) => 1 + n));

/** Parts of these sizes, each with a hole of the given size in front, and how often what is stored was read. */
function sparse(
  parts: readonly (readonly [hole: number, size: number])[],
  end = 0,
  most = Number.POSITIVE_INFINITY,
): {
  open: () => OpenArchivedFile;
  content: Buffer;
  reads: () => number;
  farthest: () => number;
  stored: number;
} {
  const position = 1000;
  const extents: Extent[] = [];
  let at = 0;
  let stored = 0;
  for (const [hole, size] of parts) {
    extents.push({ offset: at + hole, size, position: position + stored });
    at += hole + size;
    stored += size;
  }
  const bytes = Buffer.alloc(stored, ONE_TO_255);
  const content = Buffer.alloc(at + end);
  for (const { offset, size, position: from } of extents)
    bytes.copy(content, offset, from - position, from - position + size);
  let reads = 0;
  let farthest = 0;
  const readAt = (target: Uint8Array, from: number): number => {
    reads += 1;
    farthest = Math.max(farthest, from - position + target.length);
    const part = bytes.subarray(from - position, from - position + Math.min(most, target.length));
    target.set(part);
    return part.length;
  };
  const open = (): OpenArchivedFile => new OpenArchivedFile(content.length, extents, readAt, () => {});
  return { open, content, reads: () => reads, farthest: () => farthest, stored };
}

/** All of it, by reads of this size, and how many there were. */
function readAll(file: OpenArchivedFile, size: number): { bytes: Buffer; calls: number } {
  const pieces: Buffer[] = [];
  for (let calls = 1; ; calls += 1) {
    const target = Buffer.alloc(size, 0xee);
    const count = file.read(target);
    if (count === 0) return { bytes: Buffer.concat(pieces), calls };
    pieces.push(target.subarray(0, count));
  }
}

test('a file of many small parts takes as many reads as it has pieces, not parts', () => {
  const parts = Array.from({ length: 100_000 }, () => [1, 1] as const);
  const { open, content, reads, farthest, stored } = sparse(parts);
  const { bytes, calls } = readAll(open(), 65_536);
  assert.ok(bytes.equals(content));
  // 100,000 bytes are stored and 200,000 given out.
  assert.is(reads(), 2);
  assert.is(calls, 5);
  assert.is(farthest(), stored);
});

test('whatever the parts, holes and reads, the content is the same', () => {
  const size = fc.oneof(
    fc.nat(20),
    fc.integer({ min: 4000, max: 4200 }),
    fc.integer({ min: 65_000, max: 66_000 }),
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          size,
          size.map((each) => each + 1),
        ),
        { maxLength: 5 },
      ),
      fc.oneof(fc.constant(0), size),
      fc.integer({ min: 1, max: 70_000 }),
      fc.constantFrom(7, 5000, Number.POSITIVE_INFINITY),
      (parts, end, readSize, most) => {
        const { open, content } = sparse(parts, end, most);
        assert.ok(readAll(open(), Math.max(readSize, content.length >> 8)).bytes.equals(content));
      },
    ),
    { numRuns: runsOf(40, 10) },
  );
});

test('a read ends before a hole of a block, so that it can be skipped, and goes on over a smaller one', () => {
  const target = Buffer.alloc(100_000);
  const large = sparse([
    [0, 10],
    [4096, 10],
  ]).open();
  assert.is(large.read(target), 10);
  assert.is(large.skipHole(), 4096);
  assert.is(large.read(target), 10);
  assert.is(
    sparse([
      [0, 10],
      [4095, 10],
    ])
      .open()
      .read(target),
    4115,
  );
  assert.is(
    sparse([[0, 10]], 5000)
      .open()
      .read(target),
    10,
  );
});

test('a file in one piece, or of large parts, is read where it goes', () => {
  const whole = sparse([[0, 200_000]]);
  assert.ok(readAll(whole.open(), 200_000).bytes.equals(whole.content));
  assert.is(whole.reads(), 1);
  const small = sparse([[0, 10]]);
  readAll(small.open(), 65_536);
  assert.is(small.farthest(), 10);
});

test.run();
