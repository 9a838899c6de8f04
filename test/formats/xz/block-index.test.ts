import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeIndex, type IndexRecord, paddedSize } from '../../../src/formats/xz/block-index.ts';

const test = suite('xz index');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('writes the empty index that xz writes', () => {
  assert.is(hex(encodeIndex([])), '000000001cdf4421');
});

/** The multibyte integer of the .xz file format 1.2, section 1.2, as its text says it. */
function integer(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) + 0x80);
  return [...bytes, Number(rest)];
}

/** Section 4: indicator, number of records, records, padding to four bytes, CRC32 of all that. */
function indexOf(records: readonly IndexRecord[]): Buffer {
  const bytes = [0, ...integer(records.length)];
  for (const record of records)
    bytes.push(...integer(record.unpaddedSize), ...integer(record.uncompressedSize));
  while (bytes.length % 4 !== 0) bytes.push(0);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(Buffer.from(bytes)));
  return Buffer.concat([Buffer.from(bytes), sum]);
}

test('two records, byte by byte', () => {
  const records = [
    { unpaddedSize: 1000, uncompressedSize: 70_000 },
    { unpaddedSize: 24, uncompressedSize: 3 },
  ];
  assert.is(hex(encodeIndex(records)).slice(0, 24), '0002e807f0a2041803000000');
  assert.is(hex(encodeIndex(records)), hex(indexOf(records)));
});

test('any records, as the specification has them, and padded to any length', () => {
  const record = fc.record({
    unpaddedSize: fc.oneof(fc.integer({ min: 5, max: 300 }), fc.integer({ min: 5, max: 2 ** 53 - 1 })),
    uncompressedSize: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 53 - 1 })),
  });
  fc.assert(
    fc.property(fc.array(record), (records) => {
      assert.is(hex(encodeIndex(records)), hex(indexOf(records)));
    }),
  );
  for (let count = 0; count < 300; count += 1) {
    const records = Array.from({ length: count }, (_, n) => ({
      unpaddedSize: 5 + n,
      uncompressedSize: n * n,
    }));
    assert.is(hex(encodeIndex(records)), hex(indexOf(records)));
  }
});

test('a block is padded to a multiple of four', () => {
  assert.equal([0, 1, 2, 3, 4, 5, 8].map(paddedSize), [0, 4, 4, 4, 4, 8, 8]);
});

test.run();
