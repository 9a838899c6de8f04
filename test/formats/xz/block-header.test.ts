import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  blockHeaderSize,
  decodeBlockHeader,
  encodeBlockHeader,
} from '../../../src/formats/xz/block-header.ts';
import { failure } from './sample.ts';

const test = suite('xz block header');
const MIB = 1024 * 1024;

/** A header with any fields, its size and CRC32 right: what a hostile file can hold. */
function header(...fields: number[]): Uint8Array {
  const size = Math.ceil((fields.length + 1) / 4) * 4 + 4;
  const bytes = new Uint8Array(size);
  bytes[0] = size / 4 - 1;
  bytes.set(fields, 1);
  new DataView(bytes.buffer).setUint32(size - 4, crc32(bytes.subarray(0, size - 4)), true);
  return bytes;
}

test('writes the header that xz -T2 writes', () => {
  const plain = encodeBlockHeader(
    { x86: false, dictionary: 8 * MIB },
    { compressedSize: 300, uncompressedSize: 5 },
  );
  assert.equal([...plain.subarray(0, 8)], [0x02, 0xc0, 0xac, 0x02, 0x05, 0x21, 0x01, 0x16]);
  const filtered = encodeBlockHeader(
    { x86: true, dictionary: 8 * MIB },
    { compressedSize: 1, uncompressedSize: 1 },
  );
  assert.equal([...filtered.subarray(0, 9)], [0x03, 0xc1, 0x01, 0x01, 0x04, 0x00, 0x21, 0x01, 0x16]);
});

test('reads back what it writes', () => {
  const size = fc.maxSafeNat().map((value) => value + 1);
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.integer({ min: 0, max: 39 }),
      size,
      fc.maxSafeNat(),
      (x86, power, one, other) => {
        const dictionary = (2 | (power & 1)) * 2 ** ((power >> 1) + 11);
        const sizes = { compressedSize: Math.min(one, Number.MAX_SAFE_INTEGER), uncompressedSize: other };
        const bytes = encodeBlockHeader({ x86, dictionary }, sizes);
        assert.is(blockHeaderSize(bytes[0]!), bytes.length);
        assert.equal(decodeBlockHeader(bytes, '', 0), {
          headerSize: bytes.length,
          ...sizes,
          x86,
          dictionary,
        });
      },
    ),
  );
});

test('reads headers without sizes and with x86 properties of start offset 0', () => {
  const plain = decodeBlockHeader(header(0x00, 0x21, 0x01, 0x16), '', 0);
  assert.is(plain.compressedSize, undefined);
  assert.is(plain.uncompressedSize, undefined);
  assert.is(decodeBlockHeader(header(0x01, 0x04, 0x04, 0, 0, 0, 0, 0x21, 0x01, 0x16), '', 0).x86, true);
});

test('every changed bit and every cut is found', async () => {
  const bytes = encodeBlockHeader(
    { x86: true, dictionary: MIB },
    { compressedSize: 77777, uncompressedSize: 99999 },
  );
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.is((await failure(() => decodeBlockHeader(changed, '', 0))).code, 'archive-malformed');
  }
  for (let length = 0; length < bytes.length; length++) {
    await failure(() => decodeBlockHeader(bytes.subarray(0, length), '', 0));
  }
});

const REFUSED: ReadonlyArray<[what: string, fields: number[], code: string, part: string]> = [
  ['reserved flag', [0x04, 0x21, 0x01, 0x16], 'archive-not-supported', 'reserved block flags'],
  ['compressed size of zero', [0x40, 0x00, 0x21, 0x01, 0x16], 'archive-malformed', 'no compressed data'],
  ['long integer', [0x40, 0x81, 0x00, 0x21, 0x01, 0x16], 'archive-malformed', 'shortest form'],
  [
    'padding that is not zero',
    [0x00, 0x21, 0x01, 0x16, 0x00, 0x01],
    'archive-malformed',
    'padding is not zero',
  ],
  ['dictionary that is reserved', [0x00, 0x21, 0x01, 0x29], 'archive-malformed', 'properties are not valid'],
  [
    'LZMA2 with two properties',
    [0x00, 0x21, 0x02, 0x16, 0x00],
    'archive-malformed',
    'properties are not valid',
  ],
  ['LZMA2 twice', [0x01, 0x21, 0x01, 0x16, 0x21, 0x01, 0x16], 'archive-not-supported', 'filter 0x21'],
  ['x86 at the end', [0x00, 0x04, 0x00], 'archive-not-supported', 'filter 0x4'],
  [
    'x86 start offset',
    [0x01, 0x04, 0x04, 1, 0, 0, 0, 0x21, 0x01, 0x16],
    'archive-not-supported',
    'start offset',
  ],
  ['delta filter', [0x01, 0x03, 0x01, 0x00, 0x21, 0x01, 0x16], 'archive-not-supported', 'filter 0x3'],
  ['properties past the end', [0x00, 0x21, 0x60], 'archive-malformed', 'run past the block header'],
  ['filter past the end', [0x01, 0x04, 0x00], 'archive-malformed', 'runs past the end'],
];
for (const [what, fields, code, part] of REFUSED) {
  test(`refuses ${what}`, async () => {
    const error = await failure(() => decodeBlockHeader(header(...fields), 'f', 12));
    assert.is(error.code, code);
    assert.match(error.message, part);
    const [, at] = /^f byte (\d+)$/.exec(error.where!)!;
    assert.ok(Number(at) > 12 && Number(at) < 12 + header(...fields).length, error.where);
  });
}

test('an index is not taken for a block', async () => {
  assert.is(blockHeaderSize(0), undefined);
  assert.match(
    (await failure(() => decodeBlockHeader(new Uint8Array(8), '', 0))).message,
    'a block should begin',
  );
});

test.run();
