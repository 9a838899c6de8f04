import { constants, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeZstd } from '../../../src/formats/zstd/zstd-decoder.ts';
import { collect, decoderInput, NO_GUARD } from '../compressed-samples.ts';
import { concat, failure, pseudoRandom, textLike } from '../xz/sample.ts';

const test = suite('zstd');

const LARGE = Buffer.concat([textLike(2_000_000, 1), pseudoRandom(300_000, 2), new Uint8Array(3_000_000)]);

function compress(bytes: Uint8Array, params: Record<number, number> = {}): Buffer {
  return zstdCompressSync(bytes, { params });
}

function decode(bytes: Uint8Array, guard = NO_GUARD) {
  return collect(decodeZstd(decoderInput(bytes, 0, guard)));
}

const CHECKSUM = { [constants.ZSTD_c_checksumFlag]: 1 };

/** Magic, descriptor and blocks of zeros that are one byte, said 131,072 times. */
function zstdOfZeros(blocks: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const field = (131_072 << 3) | (1 << 1);
  const body = Buffer.alloc(blocks * 4);
  for (let index = 0; index < blocks; index++) {
    body.writeUIntLE(field | (index === blocks - 1 ? 1 : 0), index * 4, 3);
  }
  return Buffer.concat([header, body]);
}

test('frames of every size and kind in a row', async () => {
  const parts = [LARGE, Buffer.alloc(0), Buffer.from('small'), pseudoRandom(600_000, 3), LARGE];
  for (const params of [
    {},
    CHECKSUM,
    { [constants.ZSTD_c_contentSizeFlag]: 0 },
    { [constants.ZSTD_c_windowLog]: 10 },
  ]) {
    const bytes = concat(parts.map((part) => compress(part, params)));
    const { content, next, largestPiece } = await decode(bytes);
    assert.is(next, bytes.length);
    assert.ok(content.equals(Buffer.concat(parts)));
    assert.ok(largestPiece <= 512 * 1024);
  }
});

test('a thousand frames are a file like any other', async () => {
  const frame = compress(Buffer.from('line\n'));
  const { content } = await decode(concat(Array.from({ length: 1000 }, () => frame)));
  assert.is(content.toString(), 'line\n'.repeat(1000));
});

test('blocks of one repeated byte', async () => {
  const { content, largestPiece } = await decode(zstdOfZeros(100));
  assert.is(content.length, 100 * 131_072);
  assert.ok(content.every((byte) => byte === 0));
  assert.ok(largestPiece <= 512 * 1024);
});

test('node:zlib takes a cut frame for a whole one; here every cut is found', async () => {
  for (const part of [Buffer.from('hello world'), LARGE]) {
    const bytes = compress(part, CHECKSUM);
    const lengths = Array.from({ length: 60 }, (_, index) => Math.floor((bytes.length * index) / 60));
    for (const length of [...lengths, bytes.length - 1, bytes.length - 4, bytes.length - 5]) {
      const error = await failure(() => decode(bytes.subarray(0, length)));
      assert.is(error.code, 'archive-malformed');
    }
  }
});

test('a wrong checksum, content size and block', async () => {
  for (const part of [Buffer.from('hello world'), LARGE]) {
    const sum = compress(part, CHECKSUM);
    sum[sum.length - 1]! ^= 1;
    assert.match((await failure(() => decode(sum))).message, 'the zstd frame cannot be decoded');
    const size = compress(part);
    // The content size follows the window descriptor, if there is one.
    size[(size[4]! & 0x20) !== 0 ? 5 : 6]! ^= 1;
    assert.is((await failure(() => decode(size))).code, 'archive-malformed');
  }
});

test('a dictionary id of zero means none', async () => {
  assert.is((await decode(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 0, 1, 0, 0]))).content.length, 0);
});

test('the guard is asked for the window before it is reserved', async () => {
  const windows: number[] = [];
  const guard = { ...NO_GUARD, window: (bytes: number) => windows.push(bytes) };
  // Window descriptor F8: 2^41 bytes, which libzstd would refuse.
  await failure(() => decode(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 1, 0, 0]), guard));
  assert.equal(windows, [2 ** 41]);
});

test.run();
