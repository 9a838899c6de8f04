// Parts of a frame, each read alone; and frames that others made to look like such.
import { zstdDecompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../../src/errors.ts';
import type { DecoderInput, Guard } from '../../../src/formats/decoder.ts';
import type { FileBlocks } from '../../../src/formats/file-blocks.ts';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeNative, MAXIMUM_WINDOW } from '../../../src/formats/zstd/encoder.ts';
import {
  BLOCK_HEADER_SIZE,
  decodeBlockHeader,
  decodeFrameHeader,
  RAW_BLOCK,
  writeBlockHeader,
} from '../../../src/formats/zstd/frame.ts';
import { encodePart, frameOfParts, MARK_SIZE } from '../../../src/formats/zstd/part.ts';
import { openParts } from '../../../src/formats/zstd/parts-file.ts';
import { decodeZstd } from '../../../src/formats/zstd/zstd-decoder.ts';
import { concat, failure, pseudoRandom, textLike } from '../xz/sample.ts';

const test = suite('zstd parts file');
const KIB = 1024;
const NO_LIMITS: Guard = { window: () => {}, output: () => {} };

const CONTENTS = [
  textLike(700 * KIB, 1),
  Buffer.from('short'),
  pseudoRandom(300 * KIB, 2),
  new Uint8Array(500 * KIB),
  concat([pseudoRandom(150 * KIB, 3), textLike(300 * KIB, 4)]),
];
const PARTS = CONTENTS.map((content) => encodePart(content, 3, encodeNative));
const WHOLE = Buffer.from(concat(CONTENTS));
const FRAME = frameOfParts(PARTS, WHOLE.length, MAXIMUM_WINDOW);

const inputOf = (bytes: Uint8Array, rest: Partial<DecoderInput> = {}): DecoderInput => ({
  ...{ input: bytesInput(bytes), offset: 0, name: 'file', guard: NO_LIMITS },
  ...rest,
});
const opened = (bytes: Uint8Array): FileBlocks => openParts(inputOf(bytes)) as FileBlocks;

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(Uint8Array.from(piece));
  return Buffer.from(concat(found));
}

test('each part alone, from its beginning, and several in order', async () => {
  const file = opened(FRAME);
  assert.is(file.uncompressedSize, WHOLE.length);
  assert.is(file.end, FRAME.length);
  for (const [index, content] of CONTENTS.entries()) {
    assert.equal(Buffer.from(await file.readBlock(index)), Buffer.from(content));
    for (const length of [1, 1000, 200 * KIB, 1024 * KIB]) {
      assert.equal(
        Buffer.from(await file.readBeginning(index, length)),
        Buffer.from(content.subarray(0, length)),
        `${index} ${length}`,
      );
    }
  }
  assert.equal(await all(file.stream()), WHOLE);
  assert.equal(await all(file.stream(1, 4)), Buffer.from(concat(CONTENTS.slice(1, 4))));
  assert.is(file.blockAt(700 * KIB), 1);
  assert.is(file.blockAt(700 * KIB + 5), 2);
});

test('limits are asked before anything is decoded', async () => {
  const guard = (which: keyof Guard): Guard => ({
    ...NO_LIMITS,
    [which]: () => {
      throw new StillrootError('archive-limit', `too much ${which}`);
    },
  });
  for (const which of ['window', 'output'] as const) {
    const from = inputOf(FRAME, { guard: guard(which) });
    assert.throws(() => openParts(from), new RegExp(`too much ${which}`));
    assert.match((await failure(() => all(decodeZstd(from)))).message, `too much ${which}`);
  }
});

test('a frame behind it is read, too, and such a member has no parts of its own', async () => {
  const two = concat([FRAME, encodeNative(Buffer.from('more'), 3)]);
  assert.is(openParts(inputOf(two)), undefined);
  assert.equal(await all(decodeZstd(inputOf(two))), Buffer.concat([WHOLE, Buffer.from('more')]));
});

test('damage anywhere in a part is noticed: a frame has no checksum, its parts have', async () => {
  const places = opened(FRAME).blocks.map(({ offset, packedSize }) => [offset, packedSize] as const);
  for (const [index, [offset, size]] of places.entries()) {
    for (const part of [0.1, 0.5, 0.97]) {
      // Behind the mark, and not a block header in the middle of raw blocks.
      const at = offset + MARK_SIZE + 4 + Math.floor((size - MARK_SIZE - 4) * part);
      const damaged = Buffer.from(FRAME);
      damaged[at] = damaged[at]! ^ 0x20;
      const error = (await failure(() => all(decodeZstd(inputOf(damaged))))) as StillrootError;
      assert.is(error.code, 'archive-malformed', `${index} at ${at}`);
    }
  }
  // In a mark: the content is not what was marked.
  const wrong = Buffer.from(FRAME);
  wrong[places[0]![0] + 4 * 4 + BLOCK_HEADER_SIZE]! ^= 1;
  assert.match((await failure(() => all(decodeZstd(inputOf(wrong))))).message, /does not match its CRC32/);
});

/** The blocks of an independent frame, in a part with a mark, without what makes a decoder forget what was before. */
function withoutReset(content: Uint8Array): Uint8Array {
  const mark = encodePart(content, 3, encodeNative).subarray(0, MARK_SIZE);
  const frame = encodeNative(content, 3);
  const blocks = Uint8Array.from(frame.subarray(decodeFrameHeader(frame)!.size));
  for (let at = 0; at < blocks.length; ) {
    const { isLast, type, size, codedSize } = decodeBlockHeader(blocks, at);
    if (isLast) writeBlockHeader(blocks, at, type, codedSize);
    at += BLOCK_HEADER_SIZE + size;
  }
  return concat([mark, blocks]);
}

test('a part that depends on what is before it is none: its bytes do not say what it holds', async () => {
  const frame = frameOfParts([PARTS[0]!, withoutReset(CONTENTS[4]!)], 1150 * KIB, MAXIMUM_WINDOW);
  assert.is(openParts(inputOf(frame)), undefined);
});

test('a table of the part before is not used: such a part is none', () => {
  const changed = Buffer.from(FRAME);
  const { offset, packedSize } = opened(FRAME).blocks[0]!;
  // The first block of the encoder: literals with a table of their own become such without.
  let at = offset + MARK_SIZE;
  for (let block = 0; block < 3; block += 1) at += BLOCK_HEADER_SIZE + decodeBlockHeader(changed, at).size;
  assert.ok(at < offset + packedSize);
  assert.is(changed[at + BLOCK_HEADER_SIZE]! & 3, 2, 'compressed literals');
  changed[at + BLOCK_HEADER_SIZE]! |= 1;
  assert.is(openParts(inputOf(changed)), undefined);
});

test('a part that reaches back behind its beginning does not decode alone', async () => {
  // One match of three bytes at offset 8 right at the start of the part, where there are no eight bytes before.
  const content = concat([textLike(100, 8), new Uint8Array(KIB)]);
  const honest = encodePart(content, 3, encodeNative);
  const at = MARK_SIZE;
  const first = decodeBlockHeader(honest, at);
  const literals = honest.subarray(at + BLOCK_HEADER_SIZE, at + BLOCK_HEADER_SIZE + first.size);
  // No literals: 0 bytes of them, then the sequence as it is with literal length code 0.
  const body = Uint8Array.from([0, 1, 0b01_01_01_00, 0, 3, 0, 0b1011]);
  const block = new Uint8Array(BLOCK_HEADER_SIZE + body.length);
  writeBlockHeader(block, 0, 2, body.length);
  block.set(body, BLOCK_HEADER_SIZE);
  const part = concat([
    honest.subarray(0, MARK_SIZE),
    block,
    honest.subarray(at + BLOCK_HEADER_SIZE + first.size),
  ]);
  assert.ok(literals.length > body.length);
  const frame = frameOfParts([PARTS[0]!, part], 700 * KIB + content.length, MAXIMUM_WINDOW);
  const file = openParts(inputOf(frame));
  assert.ok(file !== undefined, 'nothing about its headers says so');
  assert.is(((await failure(() => file.readBlock(1))) as StillrootError).code, 'archive-malformed');
});

test('marks that claim more than their blocks can hold, or than a part has, are none', () => {
  const raw = new Uint8Array(BLOCK_HEADER_SIZE + 1);
  writeBlockHeader(raw, 0, RAW_BLOCK, 1);
  for (const size of [2, 200_000, 2 ** 31]) {
    const mark = encodePart(new Uint8Array(1), 3, encodeNative).slice(0, MARK_SIZE);
    for (let byte = 0; byte < 4; byte += 1) {
      mark[byte * (BLOCK_HEADER_SIZE + 1) + BLOCK_HEADER_SIZE] = Math.floor(size / 256 ** byte) & 255;
    }
    const frame = frameOfParts([concat([mark, raw])], size, MAXIMUM_WINDOW);
    assert.is(openParts(inputOf(frame)), undefined, `${size}`);
  }
  assert.ok(zstdDecompressSync(FRAME).equals(WHOLE));
});

test.run();
