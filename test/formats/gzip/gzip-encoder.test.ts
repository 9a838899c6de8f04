import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../../src/errors.ts';
import { GZIP_ENCODER } from '../../../src/formats/encoders.ts';
import {
  assertEncoder,
  encodeDeflate,
  gzipTail,
  inspectDeflate,
} from '../../../src/formats/gzip/gzip-encoder.ts';
import { gzipHead, readGzipHeader } from '../../../src/formats/gzip/gzip-header.ts';
import { bytesInput } from '../../../src/formats/input.ts';
import { runsOf } from '../../support/thorough.ts';
import { concat, pseudoRandom, sha256, textLike } from '../xz/sample.ts';

const test = suite('gzip encoder');
const KIB = 1024;
/** 200 KiB: text, bytes that do not compress, text again, a run of zeros. */
const INPUT = concat([
  textLike(80 * KIB, 11),
  pseudoRandom(48 * KIB, 12),
  textLike(56 * KIB, 13),
  new Uint8Array(16 * KIB),
]);

/**
 * The encoder's bytes are part of the archive profile. Where one of these changes, images built from the same tree
 * change: that is a new profile version, never an update of this table alone.
 */
const GOLDEN: readonly string[] = [
  '601f5d7cad6164c4',
  '5fe78c784781a684',
  'a17b6675844ed85c',
  'dbedc54d33352355',
  '4879279f3272a84d',
  'a1bb2e64f81f5521',
  '811f3855a70367ba',
  'd73b08b1fa8f07f7',
  'd73b08b1fa8f07f7',
];

async function member(contents: readonly Uint8Array[], level: number): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for (const content of contents) blocks.push((await encodeDeflate(content, level)).bytes);
  const whole = concat(contents);
  return Buffer.concat([gzipHead(), ...blocks, gzipTail(crc32(whole), whole.length)]);
}

test('the bytes of every level are pinned', async () => {
  const found: string[] = [];
  for (let level = 1; level <= 9; level += 1) {
    found.push(sha256((await encodeDeflate(INPUT, level)).bytes).slice(0, 16));
  }
  assert.equal(found, GOLDEN);
});

test('any contents, one behind the other, at any level, are one member', async () => {
  const content = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.tuple(fc.integer({ min: 1, max: 80 * KIB }), fc.nat(1000)).map(([size, seed]) => textLike(size, seed)),
    fc
      .tuple(fc.integer({ min: 1, max: 80 * KIB }), fc.nat(1000))
      .map(([size, seed]) => pseudoRandom(size, seed)),
    fc.integer({ min: 1, max: 80 * KIB }).map((size) => new Uint8Array(size)),
  );
  const contents = fc.array(content, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(contents, fc.integer({ min: 1, max: 9 }), async (pieces, level) => {
      assert.equal(gunzipSync(await member(pieces, level)), Buffer.from(concat(pieces)));
    }),
    { numRuns: runsOf(200, 40) },
  );
});

test('the member has neither a time nor a name, and an unknown system', async () => {
  const bytes = await member([INPUT], 9);
  const header = readGzipHeader(bytesInput(bytes), 0);
  assert.equal(header, {
    ...{ mtime: 0, extraFlags: 0, system: 255, name: undefined, checksumAt: undefined },
    end: gzipHead().length,
  });
  assert.is(bytes.readUInt32LE(bytes.length - 4), INPUT.length);
  // Modulo 2^32.
  assert.is(gzipTail(0, 2 ** 32 + 5).readUInt32LE(6), 5);
});

test('a block ends at a byte with a marker, is whole at any size, and does not look back', async () => {
  for (const size of [1, 2, 100, 16 * KIB - 1, 16 * KIB, 64 * KIB, 200 * KIB]) {
    for (const level of [1, 4, 6, 9]) {
      for (const content of [INPUT.subarray(0, size), pseudoRandom(size, 3)]) {
        const { bytes, unpaddedSize, uncompressedSize } = await encodeDeflate(content, level);
        assert.is(Buffer.from(bytes.subarray(-4)).toString('hex'), '0000ffff');
        assert.equal([unpaddedSize, uncompressedSize], [bytes.length, size]);
        const alone = Buffer.concat([bytes, Buffer.from([3, 0])]);
        assert.equal(inflateRawSync(alone), Buffer.from(content));
        assert.ok(bytes.length <= size + Math.ceil(size / 4096) + 64, `${size} in ${bytes.length}`);
      }
    }
  }
});

test('a stored block is compared with its content', async () => {
  const raw = INPUT.subarray(0, 10 * KIB);
  const block = await encodeDeflate(raw, 6);
  const wanted = { raw, dictionary: 32 * KIB };
  assert.is(inspectDeflate(block, wanted), undefined);
  const other = Uint8Array.from(raw);
  other[5000]! ^= 1;
  assert.is(inspectDeflate(await encodeDeflate(other, 6), wanted), 'its block has different contents');
  const longer = await encodeDeflate(INPUT.subarray(0, 10 * KIB + 1), 6);
  assert.is(inspectDeflate(longer, wanted), 'its block has a different size');
  assert.is(inspectDeflate({ ...longer, uncompressedSize: raw.length }, wanted), 'it contains no block');
  assert.is(
    inspectDeflate({ ...block, bytes: Uint8Array.from(block.bytes.subarray(1)) }, wanted),
    'its size is not the one in its header',
  );
});

test('another version of the encoder is refused', () => {
  assertEncoder();
  try {
    assertEncoder('3.0.4');
    assert.unreachable();
  } catch (error) {
    assert.match((error as StillrootError).message, `the archive profile needs ${GZIP_ENCODER.version}`);
  }
});

test.run();
