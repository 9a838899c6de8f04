import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeX86 } from '../../../src/formats/xz/bcj-x86.ts';
import { blockHeaderSize, decodeBlockHeader } from '../../../src/formats/xz/block-header.ts';
import { encodeBlock } from '../../../src/formats/xz/encode-block.ts';
import { branchSoup, pseudoRandom, sha256, textLike } from './sample.ts';

const test = suite('xz encode block');
const OPTIONS = { preset: 4, dictionary: 65536, x86: false };

test('sizes, padding and check stand where the format wants them', async () => {
  for (const length of [1, 2, 3, 4, 5, 1000, 70001]) {
    const raw = textLike(length, length);
    const block = await encodeBlock(new Uint8Array(raw), OPTIONS);
    const headerSize = blockHeaderSize(block.bytes[0]!)!;
    const header = decodeBlockHeader(block.bytes.subarray(0, headerSize), '', 0);
    assert.is(header.uncompressedSize, length);
    assert.is(block.uncompressedSize, length);
    assert.is(header.compressedSize, block.unpaddedSize - headerSize - 4);
    assert.is(header.dictionary, OPTIONS.dictionary);
    assert.is(block.bytes.length % 4, 0);
    assert.ok(block.bytes.length - block.unpaddedSize < 4);
    const view = new DataView(block.bytes.buffer);
    assert.is(view.getUint32(block.bytes.length - 4, true), crc32(raw));
  }
});

test('the check is of the bytes before the x86 filter, which works in place', async () => {
  const raw = branchSoup(5000, 9);
  const given = new Uint8Array(raw);
  const block = await encodeBlock(given, { ...OPTIONS, x86: true });
  assert.is(new DataView(block.bytes.buffer).getUint32(block.bytes.length - 4, true), crc32(raw));
  assert.is.not(sha256(given), sha256(raw));
  decodeX86(given);
  assert.is(sha256(given), sha256(raw));
});

test('auto asks the content', async () => {
  const view = new DataView(new ArrayBuffer(50000));
  for (let at = 100; at + 5 < view.byteLength; at += 31) {
    view.setUint8(at, 0xe8);
    view.setInt32(at + 1, 4096 * (at % 7) - at - 5, true);
  }
  for (const [raw, wanted] of [
    [new Uint8Array(view.buffer), true],
    [textLike(5000, 2), false],
  ] as const) {
    const { bytes } = await encodeBlock(raw, { ...OPTIONS, x86: 'auto' });
    assert.is(decodeBlockHeader(bytes.subarray(0, blockHeaderSize(bytes[0]!)!), '', 0).x86, wanted);
  }
});

test('bytes that do not compress grow by little', async () => {
  const { bytes } = await encodeBlock(pseudoRandom(200000, 1), OPTIONS);
  assert.ok(bytes.length < 200000 + 100, String(bytes.length));
});

test('an empty block is a mistake of the caller', async () => {
  try {
    await encodeBlock(new Uint8Array(0), OPTIONS);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, RangeError);
  }
});

test.run();
