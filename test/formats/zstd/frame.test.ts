import { constants, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  decodeBlockHeader,
  decodeFrameHeader,
  encodeFrameHeader,
  windowLogFor,
  writeBlockHeader,
} from '../../../src/formats/zstd/frame.ts';
import { textLike } from '../xz/sample.ts';

const test = suite('zstd frame');

test('what is written is read: windows and content sizes', () => {
  for (const log of [10, 17, 23, 27]) {
    for (const contentSize of [0, 1, 255, 256, 65_535, 65_791, 65_792, 2 ** 32 - 1, 2 ** 32, 2 ** 45]) {
      const header = encodeFrameHeader(log, contentSize);
      assert.is(header.length, contentSize < 2 ** 32 ? 10 : 14);
      const expected = {
        size: header.length,
        windowSize: 2 ** log,
        contentSize,
        hasChecksum: false,
        dictionaryId: 0,
        isSingleSegment: false,
        hasReservedFlag: false,
      };
      assert.equal(decodeFrameHeader(header), expected);
      for (let length = 0; length < header.length; length++) {
        assert.is(decodeFrameHeader(header.subarray(0, length)), undefined);
      }
    }
  }
});

test("the encoder's own headers are read", () => {
  for (const size of [0, 10, 255, 256, 300, 65_535, 70_000, 300_000]) {
    for (const checksum of [0, 1]) {
      const frame = zstdCompressSync(textLike(size, 1), {
        pledgedSrcSize: size,
        params: { [constants.ZSTD_c_checksumFlag]: checksum },
      });
      const header = decodeFrameHeader(frame)!;
      assert.is(header.contentSize, size);
      assert.is(header.hasChecksum, checksum === 1);
      assert.ok(header.windowSize >= Math.min(size, 1024));
      const block = decodeBlockHeader(frame, header.size);
      assert.ok(header.size + 3 + block.size <= frame.length);
    }
  }
});

test('a window with a mantissa, and a dictionary: the examples of RFC 8878, section 3.1.1.1.2', () => {
  // Exponent 1, mantissa 3: 2 KiB and three eighths of it. A dictionary id of two bytes.
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0b10, (1 << 3) | 3, 0x34, 0x12]);
  assert.equal(decodeFrameHeader(header), {
    size: 8,
    windowSize: 2048 + 768,
    contentSize: undefined,
    hasChecksum: false,
    dictionaryId: 0x1234,
    isSingleSegment: false,
    hasReservedFlag: false,
  });
});

test('the window reaches over the content, within the limit', () => {
  for (const [size, log] of [
    [0, 10],
    [1024, 10],
    [1025, 11],
    [2 ** 20, 20],
    [2 ** 20 + 1, 21],
    [2 ** 23, 23],
    [2 ** 40, 23],
  ] as const) {
    assert.is(windowLogFor(size, 23), log);
  }
});

test('block headers', () => {
  const bytes = new Uint8Array(4);
  writeBlockHeader(bytes, 1, 2, 0x1fffff, true);
  assert.equal(decodeBlockHeader(bytes, 1), { isLast: true, type: 2, size: 0x1fffff, codedSize: 0x1fffff });
  writeBlockHeader(bytes, 0, 1, 70_000);
  assert.equal(decodeBlockHeader(bytes, 0), { isLast: false, type: 1, size: 1, codedSize: 70_000 });
});

test.run();
