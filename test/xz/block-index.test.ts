import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeIndex, encodeIndex, paddedSize } from '../../src/xz/block-index.ts';
import { failure } from './sample.ts';

const test = suite('xz index');

function sealed(...fields: number[]): Uint8Array {
  const size = Math.ceil(fields.length / 4) * 4;
  const bytes = new Uint8Array(size + 4);
  bytes.set(fields);
  new DataView(bytes.buffer).setUint32(size, crc32(bytes.subarray(0, size)), true);
  return bytes;
}

test('writes the empty index that xz writes', () => {
  assert.is(Buffer.from(encodeIndex([])).toString('hex'), '000000001cdf4421');
});

test('reads back what it writes', () => {
  const record = fc.record({
    unpaddedSize: fc.integer({ min: 5, max: 2 ** 31 - 1 }),
    uncompressedSize: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  });
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const bytes = encodeIndex(records);
      assert.is(bytes.length % 4, 0);
      assert.equal(
        decodeIndex(bytes, '', 0),
        records.map((one) => ({ ...one })),
      );
    }),
  );
});

test('every changed bit and every cut is found', async () => {
  const bytes = encodeIndex([
    { unpaddedSize: 1000, uncompressedSize: 70000 },
    { unpaddedSize: 24, uncompressedSize: 3 },
  ]);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.is((await failure(() => decodeIndex(changed, '', 0))).code, 'archive-malformed');
  }
  for (let length = 0; length < bytes.length; length++) {
    await failure(() => decodeIndex(bytes.subarray(0, length), '', 0));
  }
});

const REFUSED: ReadonlyArray<[what: string, fields: number[], part: string]> = [
  ['another indicator', [0x01, 0x00], 'should begin here'],
  ['more records than fit', [0x00, 0x7f, 0x10, 0x10], 'cannot hold the 127 records'],
  ['a record past the end', [0x00, 0x01, 0x90, 0x81], 'runs past the end'],
  ['an unpadded size under 5', [0x00, 0x01, 0x04, 0x01], 'unpadded size of 4'],
  ['padding that is not zero', [0x00, 0x00, 0x01], 'padding is not zero'],
  ['padding that is too long', [0x00, 0x00, 0, 0, 0, 0, 0, 0], 'bytes after its last record'],
];
for (const [what, fields, part] of REFUSED) {
  test(`refuses ${what}`, async () => {
    const error = await failure(() => decodeIndex(sealed(...fields), '', 0));
    assert.is(error.code, 'archive-malformed');
    assert.match(error.message, part);
  });
}

test('sizes that add up to more than 2^53 - 1 are not supported', async () => {
  const half = { unpaddedSize: 2 ** 52, uncompressedSize: 1 };
  const bytes = encodeIndex([half, half]);
  assert.is((await failure(() => decodeIndex(bytes, '', 0))).code, 'archive-not-supported');
});

test('a block is padded to a multiple of four', () => {
  assert.equal([0, 1, 4, 5].map(paddedSize), [0, 4, 4, 8]);
});

test.run();
