import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeNative, MAXIMUM_WINDOW } from '../../../src/formats/zstd/encoder.ts';
import { encodePart, frameOfParts } from '../../../src/formats/zstd/part.ts';
import { walkParts } from '../../../src/formats/zstd/walk-parts.ts';
import { concat, pseudoRandom, textLike } from '../xz/sample.ts';

const test = suite('zstd walk parts');
const KIB = 1024;

const CONTENTS = [
  textLike(200 * KIB, 1),
  Buffer.from('short'),
  pseudoRandom(300 * KIB, 2),
  new Uint8Array(500 * KIB),
  concat([pseudoRandom(150 * KIB, 3), textLike(300 * KIB, 4)]),
];
const WHOLE = concat(CONTENTS);
const FRAME = frameOfParts(
  CONTENTS.map((content) => encodePart(content, 3, encodeNative)),
  WHOLE.length,
  MAXIMUM_WINDOW,
);

test('every part is found: where it is in the file, and what it holds', () => {
  const before = pseudoRandom(100, 5);
  const found = walkParts(bytesInput(concat([before, FRAME, Buffer.from('after')])), before.length)!;
  assert.is(found.parts.length, CONTENTS.length);
  assert.is(found.size, WHOLE.length);
  assert.is(found.end, before.length + FRAME.length);
  let offset = 0;
  for (const [index, part] of found.parts.entries()) {
    const content = CONTENTS[index]!;
    assert.is(part.uncompressedOffset, offset);
    assert.is(part.size, content.length);
    offset += content.length;
    const packed = FRAME.subarray(part.offset - before.length, part.offset - before.length + part.packedSize);
    const alone = frameOfParts([packed], part.size, MAXIMUM_WINDOW);
    assert.equal(zstdDecompressSync(alone), Buffer.from(content));
  }
});

test('a frame cut short anywhere is none', () => {
  for (let length = 0; length < FRAME.length; length += length < 2000 ? 1 : 997) {
    assert.is(walkParts(bytesInput(FRAME.subarray(0, length)), 0), undefined, `${length}`);
  }
  assert.is(walkParts(bytesInput(FRAME.subarray(0, -1)), 0), undefined);
});

test("frames of other encoders, and frames without parts, are none of stillroot's", () => {
  const foreign = [
    zstdCompressSync(WHOLE),
    zstdCompressSync(WHOLE, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    zstdCompressSync(Buffer.alloc(0)),
    frameOfParts([], 0, MAXIMUM_WINDOW),
  ];
  for (const frame of foreign) assert.is(walkParts(bytesInput(frame), 0), undefined);
});

test('sizes that disagree with the header of the frame are not believed', () => {
  const wrong = Buffer.from(FRAME);
  wrong.writeUInt32LE(WHOLE.length - 1, 6);
  assert.is(walkParts(bytesInput(wrong), 0), undefined);
});

test('any damaged byte of a header is survived', () => {
  for (let at = 0; at < 200; at++) {
    for (const bit of [1, 2, 8, 64, 128]) {
      const damaged = Buffer.from(FRAME);
      damaged[at]! ^= bit;
      const found = walkParts(bytesInput(damaged), 0);
      assert.ok(found === undefined || found.end <= FRAME.length);
    }
  }
});

test.run();
