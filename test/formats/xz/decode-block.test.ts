import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeBlockHeader } from '../../../src/formats/xz/block-header.ts';
import type { BlockPlace } from '../../../src/formats/xz/block-layout.ts';
import { decodeBeginning, decodeBlock } from '../../../src/formats/xz/decode-block.ts';
import { BLOCK_CHECK, type BlockOptions, encodeBlock } from '../../../src/formats/xz/encode-block.ts';
import { branchSoup, concat, failure, pseudoRandom, sha256, textLike } from './sample.ts';

const test = suite('xz decode block');
const MIB = 1024 * 1024;

/** More than a chunk of LZMA2 holds. */
const TEXT = textLike(3 * MIB, 1);

interface Case {
  readonly bytes: Uint8Array;
  readonly place: BlockPlace;
}

async function encoded(raw: Uint8Array, options: Partial<BlockOptions> = {}): Promise<Case> {
  const whole = { preset: 1, dictionary: 65536, x86: false, ...options };
  const { bytes, unpaddedSize, uncompressedSize } = await encodeBlock(new Uint8Array(raw), whole);
  return { bytes, place: { offset: 0, unpaddedSize, uncompressedSize } };
}

async function decoded(
  one: Case,
  check: number = BLOCK_CHECK,
): Promise<{ bytes: Uint8Array; largest: number }> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decodeBlock(bytesInput(one.bytes), one.place, check, 'f')) pieces.push(piece);
  return { bytes: concat(pieces), largest: Math.max(0, ...pieces.map((piece) => piece.length)) };
}

const BLOCKS: { readonly raw: Uint8Array; readonly one: Case }[] = [];
for (const raw of [TEXT, branchSoup(700_001, 2), pseudoRandom(100_003, 3), Uint8Array.of(1)]) {
  for (const x86 of [false, true]) BLOCKS.push({ raw, one: await encoded(raw, { x86 }) });
}

test('gives the content back, with and without the x86 filter', async () => {
  for (const { raw, one } of BLOCKS) assert.is(sha256((await decoded(one)).bytes), sha256(raw));
});

test('the beginning alone, of which nothing behind it is decoded', async () => {
  for (const { raw, one } of BLOCKS) {
    for (const length of [0, 1, 16_384, 70_000, 4 * MIB]) {
      const beginning = decodeBeginning(bytesInput(one.bytes), one.place, BLOCK_CHECK, 'f', length);
      assert.is(sha256(await beginning), sha256(raw.subarray(0, length)));
    }
  }
  const { one } = BLOCKS[0]!;
  const damaged = one.bytes.slice();
  // After the first chunk, whose 64 KiB are enough for this.
  for (let at = damaged.length - 5000; at < damaged.length - 4000; at += 1) damaged[at]! ^= 0xff;
  const beginning = decodeBeginning(bytesInput(damaged), one.place, BLOCK_CHECK, 'f', 1000);
  assert.is((await beginning).length, 1000);
  assert.is((await failure(() => decoded({ ...one, bytes: damaged }))).code, 'archive-malformed');
});

test('zeros come in pieces that stay small', async () => {
  const raw = new Uint8Array(64 * MIB);
  const one = await encoded(raw, { preset: 0 });
  assert.ok(one.bytes.length < 32 * 1024);
  const { bytes, largest } = await decoded(one);
  assert.is(bytes.length, raw.length);
  assert.ok(largest <= 12 * MIB, String(largest));
});

test('a damaged bit of the data is found by the chunks, the decoder or the check', async () => {
  const one = await encoded(textLike(3000, 5));
  for (let at = 12; at < one.bytes.length; at++) {
    const bytes = one.bytes.slice();
    bytes[at]! ^= 1 << (at % 8);
    const error = await failure(() => decoded({ ...one, bytes }));
    assert.is(error.code, 'archive-malformed');
  }
});

test('the sizes of index, header and chunks must agree', async () => {
  const one = await encoded(textLike(3000, 5));
  const { place } = one;
  for (const [change, part] of [
    [{ uncompressedSize: 2999 }, 'uncompressed size 3000 in the block header and 2999 in the index'],
    [{ unpaddedSize: place.unpaddedSize + 4 }, 'compressed size'],
    [{ unpaddedSize: 12 }, 'no room for data'],
  ] as const) {
    const error = await failure(() => decoded({ ...one, place: { ...place, ...change } }));
    assert.match(error.message, part);
  }
});

/** A block with any header around the LZMA2 data of another one. */
async function withHeader(
  raw: Uint8Array,
  dictionary: number,
  sizes: { uncompressedSize: number },
): Promise<Case> {
  const one = await encoded(raw);
  const oldHeader = (one.bytes[0]! + 1) * 4;
  const data = one.bytes.subarray(oldHeader, one.place.unpaddedSize - 4);
  const header = encodeBlockHeader({ x86: false, dictionary }, { compressedSize: data.length, ...sizes });
  const padding = new Uint8Array(-(header.length + data.length) & 3);
  const check = new Uint8Array(4);
  new DataView(check.buffer).setUint32(0, crc32(raw), true);
  return {
    bytes: concat([header, data, padding, check]),
    place: { offset: 0, unpaddedSize: header.length + data.length + 4, ...sizes },
  };
}

test('chunks that hold another size than header and index say', async () => {
  const one = await withHeader(textLike(3000, 5), 65536, { uncompressedSize: 2 ** 40 });
  assert.match((await failure(() => decoded(one))).message, '3000 bytes in LZMA2 chunks and 1099511627776');
});

test('a dictionary is never larger than the block, whatever the header says', async () => {
  const raw = textLike(3000, 5);
  const one = await withHeader(raw, 3 * 2 ** 30, { uncompressedSize: raw.length });
  assert.is(sha256((await decoded(one)).bytes), sha256(raw));
});

test('matches further back than the dictionary are refused', async () => {
  const noise = pseudoRandom(50000, 1);
  const raw = concat([noise, noise]);
  const one = await withHeader(raw, 4096, { uncompressedSize: raw.length });
  assert.match((await failure(() => decoded(one))).message, 'cannot be decoded');
});

test('a block without content is only an end marker', async () => {
  const sizes = { compressedSize: 1, uncompressedSize: 0 };
  const header = encodeBlockHeader({ x86: true, dictionary: 65536 }, sizes);
  const place = { offset: 0, unpaddedSize: header.length + 1 + 4, uncompressedSize: 0 };
  const { bytes } = await decoded({ bytes: concat([header, new Uint8Array(8)]), place });
  assert.is(bytes.length, 0);
});

test('a check that is not known is not supported', async () => {
  const one = await encoded(textLike(3000, 5));
  const error = await failure(() => decoded(one, 2));
  assert.is(error.code, 'archive-not-supported');
});

test('padding between data and check is zero', async () => {
  for (let length = 1000; ; length++) {
    const one = await encoded(textLike(length, 5));
    if (one.place.unpaddedSize % 4 === 0) continue;
    one.bytes[one.place.unpaddedSize - 4] = 1;
    assert.match((await failure(() => decoded(one))).message, 'block padding is not zero');
    return;
  }
});

test('a reader may stop in the middle', async () => {
  const one = await encoded(TEXT);
  for await (const piece of decodeBlock(bytesInput(one.bytes), one.place, BLOCK_CHECK, '')) {
    assert.ok(piece.length > 0);
    break;
  }
});

test.run();
