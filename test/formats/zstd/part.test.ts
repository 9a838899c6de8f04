import { constants, createZstdDecompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeNative, loadWasmEncoder, MAXIMUM_WINDOW } from '../../../src/formats/zstd/encoder.ts';
import { BLOCK_MAXIMUM, decodeFrameHeader } from '../../../src/formats/zstd/frame.ts';
import {
  decodeMark,
  encodePart,
  frameEnd,
  frameOfParts,
  MARK_SIZE,
  resetPlaces,
} from '../../../src/formats/zstd/part.ts';
import { runsOf } from '../../support/thorough.ts';
import { concat, pseudoRandom, textLike } from '../xz/sample.ts';

const test = suite('zstd part');
const KIB = 1024;
const wasm = await loadWasmEncoder();

/** The content cut at these places, each part compressed alone, as one frame. */
function joinedFrame(content: Uint8Array, cuts: readonly number[], level: number): Buffer {
  const places = [
    0,
    ...cuts.filter((cut) => cut > 0 && cut < content.length).sort((a, b) => a - b),
    content.length,
  ];
  const parts: Uint8Array[] = [];
  for (const [index, place] of places.slice(1).entries()) {
    const part = content.subarray(places[index], place);
    if (part.length === 0) continue;
    const encoded = encodePart(part, level, encodeNative);
    assert.equal(Buffer.from(encodePart(part, level, wasm)), Buffer.from(encoded), 'native and WebAssembly');
    parts.push(encoded);
  }
  return frameOfParts(parts, content.length, MAXIMUM_WINDOW);
}

/** Bytes like those of machine code: values of a few fields that come back at short distances. */
function codeLike(size: number, seed: number): Uint8Array {
  const words = pseudoRandom(64 * 4, seed);
  const choices = pseudoRandom(Math.ceil(size / 4), seed + 1);
  return concat(
    [...choices].map((choice) => words.subarray((choice % 64) * 4, (choice % 64) * 4 + 4)),
  ).subarray(0, size);
}

const size = fc.integer({ min: 1, max: 40 * KIB });
const seed = fc.integer({ min: 1, max: 1_000_000 });
/** What a part can be made of. */
const piece = fc.oneof(
  fc.tuple(size, seed).map(([length, from]) => textLike(length, from)),
  fc.tuple(size, seed).map(([length, from]) => codeLike(length, from)),
  fc.tuple(size, seed).map(([length, from]) => pseudoRandom(length, from)),
  fc
    .tuple(size, seed)
    .map(([length, from]) => Buffer.from(Buffer.from(pseudoRandom(length, from)).toString('base64'))),
  size.map((length) => new Uint8Array(length)),
  // Every period up to 16.
  fc.tuple(size, fc.integer({ min: 1, max: 16 }), seed).map(([length, period, from]) => {
    const pattern = pseudoRandom(period, from);
    return Uint8Array.from({ length }, (_, at) => pattern[at % period]!);
  }),
  // Shorter than any header.
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
);
const content = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => concat(pieces));

test('any content, cut anywhere, at any level: the frame decodes to it, native and WebAssembly write the same', () => {
  const cuts = fc.array(fc.nat(240 * KIB), { maxLength: 8 });
  fc.assert(
    fc.property(content, cuts, fc.constantFrom(1, 2, 3, 5, 7, 9, 12, 15, 19), (bytes, places, level) => {
      const frame = joinedFrame(bytes, places, level);
      assert.equal(zstdDecompressSync(frame), Buffer.from(bytes));
    }),
    { numRuns: runsOf(400, 100) },
  );
});

test('blocks of independent frames in one frame, without the blocks in front, decode to something else', () => {
  // What the reset is for. Shown, so that the test above is known to be able to fail.
  const wrong = [1, 2, 3, 4, 5, 6, 7, 8].filter((from) => {
    const first = codeLike(8 * KIB, from);
    // A run right at the start: the encoder writes it as a match at the first of the offsets that it assumes.
    const second = concat([pseudoRandom(5, from), new Uint8Array(KIB), codeLike(8 * KIB, from + 100)]);
    const withoutReset = (part: Uint8Array): Uint8Array => {
      const frame = encodeNative(part, 3);
      return frame.subarray(decodeFrameHeader(frame)!.size);
    };
    const a = Buffer.from(withoutReset(first));
    // One block each: its last-block flag is the lowest bit of its header.
    a[0]! &= 0xfe;
    const whole = concat([first, second]);
    const header = frameOfParts([], whole.length, MAXIMUM_WINDOW).subarray(0, -frameEnd().length);
    try {
      return !zstdDecompressSync(concat([header, a, withoutReset(second)])).equals(whole);
    } catch {
      return true;
    }
  });
  assert.is(wrong.length, 8);
});

test('a part is the same wherever it stands', () => {
  const part = textLike(50 * KIB, 3);
  const frame = frameOfParts(
    [part, part].map((bytes) => encodePart(bytes, 3, encodeNative)),
    100 * KIB,
    MAXIMUM_WINDOW,
  );
  const encoded = encodePart(part, 3, encodeNative);
  assert.ok(frame.includes(Buffer.concat([encoded, encoded])));
});

test('content that does not compress is stored', () => {
  const random = pseudoRandom(300 * KIB, 9);
  const encoded = encodePart(random, 19, encodeNative);
  // Three raw blocks of at most 128 KiB.
  assert.is(encoded.length, MARK_SIZE + 3 * 3 + random.length);
  assert.equal(
    zstdDecompressSync(frameOfParts([encoded], random.length, MAXIMUM_WINDOW)),
    Buffer.from(random),
  );
});

test('where the matches stand far inside, what is before them is stored and what is after them compressed', () => {
  for (const lead of [
    BLOCK_MAXIMUM - 40,
    BLOCK_MAXIMUM - 32,
    BLOCK_MAXIMUM - 31,
    BLOCK_MAXIMUM,
    2 * BLOCK_MAXIMUM + 5,
  ]) {
    const whole = concat([pseudoRandom(lead, 4), new Uint8Array(200 * KIB)]);
    const encoded = encodePart(whole, 3, encodeNative);
    assert.ok(encoded.length < lead + 200, `${encoded.length} bytes for ${lead}`);
    assert.equal(
      zstdDecompressSync(frameOfParts([encoded], whole.length, MAXIMUM_WINDOW)),
      Buffer.from(whole),
    );
  }
});

test('literals of every length class before a match', () => {
  for (const lead of [0, 1, 15, 16, 31, 32, 63, 64, 127, 128, 4095, 4096, 65_535, 65_536, 100_000]) {
    const noise = pseudoRandom(lead, 5).map((byte, at) => (byte & 0xfe) | (at & 1));
    const whole = concat([noise, new Uint8Array(64), textLike(4 * KIB, 6), textLike(4 * KIB, 6)]);
    const encoded = encodePart(whole, 5, encodeNative);
    assert.equal(
      zstdDecompressSync(frameOfParts([encoded], whole.length, MAXIMUM_WINDOW)),
      Buffer.from(whole),
      `${lead}`,
    );
  }
});

test('the places of the three matches are the earliest', () => {
  assert.equal(resetPlaces(new Uint8Array(17)), [8, 11, 14]);
  assert.is(resetPlaces(new Uint8Array(16)), undefined);
  assert.equal(resetPlaces(concat([pseudoRandom(100, 7), new Uint8Array(17)])), [108, 111, 114]);
  // A period of 8 gives matches at 8 only.
  assert.is(resetPlaces(Uint8Array.from({ length: 1000 }, (_, at) => (at % 8) * 3)), undefined);
});

test('the mark says size and CRC32, and is found in nothing else', () => {
  const part = Buffer.from('content of a part');
  const encoded = encodePart(part, 3, encodeNative);
  assert.equal(decodeMark(encoded, 0), { size: 17, check: 0xe16d004c });
  for (let length = 0; length < MARK_SIZE; length++)
    assert.is(decodeMark(encoded.subarray(0, length), 0), undefined);
  for (let at = 0; at < MARK_SIZE; at += 4) {
    const changed = encoded.slice();
    changed[at]! ^= 1;
    assert.is(decodeMark(changed, 0), undefined);
  }
  const foreign = zstdCompressSync(textLike(300 * KIB, 8), {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  });
  for (let at = 0; at < foreign.length; at++) assert.is(decodeMark(foreign, at), undefined);
});

test('a stream decoder takes the frame in pieces of any size', async () => {
  const whole = concat([textLike(90 * KIB, 1), new Uint8Array(50 * KIB), codeLike(70 * KIB, 2)]);
  const frame = joinedFrame(whole, [10_000, 95_000, 130_000], 9);
  for (const step of [1, 7, 4096]) {
    const decoder = createZstdDecompress();
    const output: Buffer[] = [];
    decoder.on('data', (bytes: Buffer) => output.push(bytes));
    const ended = new Promise((resolve, reject) => decoder.on('end', resolve).on('error', reject));
    for (let at = 0; at < frame.length; at += step) decoder.write(frame.subarray(at, at + step));
    decoder.end();
    await ended;
    assert.equal(Buffer.concat(output), Buffer.from(whole));
  }
});

test.run();
