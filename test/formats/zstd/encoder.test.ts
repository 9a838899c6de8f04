import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ENCODER_VERSION,
  encodeNative,
  frameEncoder,
  loadWasmEncoder,
  MAXIMUM_LEVEL,
  MAXIMUM_WINDOW,
  MINIMUM_LEVEL,
  nativeVersion,
} from '../../../src/formats/zstd/encoder.ts';
import { decodeFrameHeader } from '../../../src/formats/zstd/frame.ts';
import { casesOf, stepOf } from '../../support/thorough.ts';
import { concat, pseudoRandom, textLike } from '../xz/sample.ts';

const test = suite('zstd encoder');
const KIB = 1024;
/** 1.25 MiB: text, bytes that do not compress, text again (far matches), a run of zeros. */
const INPUT = concat([
  textLike(500 * KIB, 11),
  pseudoRandom(250 * KIB, 12),
  textLike(450 * KIB, 13),
  new Uint8Array(80 * KIB),
]);

/**
 * The encoder's bytes are part of the archive profile. Where one of these changes, images built from the same tree
 * change: that is a new profile version, never an update of this table alone.
 */
const GOLDEN: readonly string[] = [
  '1ab3a83e515f3c56',
  'f3fb575b4830f72e',
  '5bd1e6642ddc1256',
  'a9657429411020d8',
  'b3f235021ed965a6',
  'f4b7d9d8a48cafb3',
  '4661770c9c9464fd',
  '8e424823d4f8d784',
  'a1020787bcb52ab0',
  'c075f60dd0f8efea',
  'e877fb7a78e1f4bf',
  'e877fb7a78e1f4bf',
  '45c8fea0213ae118',
  'dedc0ed12be033cf',
  '1e70eff76e741fe5',
  '5b2b726fb102cc2a',
  'd37249477bbb9b4a',
  'eaf8ba02c647a6ef',
  '58eddb231ecab64b',
];

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

test('the bytes of every level are pinned, native and as WebAssembly', async () => {
  const wasm = await loadWasmEncoder();
  assert.is(GOLDEN.length, MAXIMUM_LEVEL - MINIMUM_LEVEL + 1);
  const all = GOLDEN.map((_, index) => MINIMUM_LEVEL + index);
  // One of each strategy of the encoder that is quick, and the last.
  for (const level of casesOf(all, [1, 3, 6, 12, 19])) {
    const wanted = GOLDEN[level - MINIMUM_LEVEL];
    assert.is(digest(wasm(INPUT, level)), wanted, `${level} as WebAssembly`);
    if (nativeVersion() === ENCODER_VERSION)
      assert.is(digest(encodeNative(INPUT, level)), wanted, `${level}, native`);
  }
});

test('loaded several times, the encoder as WebAssembly still writes the same', async () => {
  const content = INPUT.subarray(0, 20 * KIB);
  const encoded = new Set<string>();
  for (let turn = 0; turn < 4; turn++) encoded.add(digest((await loadWasmEncoder())(content, 3)));
  assert.is(encoded.size, 1);
});

test('sizes around the limits of buffers and parameter classes: native and WebAssembly write the same', async () => {
  if (nativeVersion() !== ENCODER_VERSION) return;
  const wasm = await loadWasmEncoder();
  const step = stepOf(1, 6);
  const limits = casesOf(
    [0, 16 * KIB, 128 * KIB, 256 * KIB, 1024 * KIB],
    [0, 16 * KIB, 128 * KIB, 256 * KIB],
  );
  for (const limit of limits) {
    for (const size of [limit - 1, limit, limit + 1].filter((count) => count > 0)) {
      for (let level = MINIMUM_LEVEL; level <= MAXIMUM_LEVEL; level += step) {
        const input = INPUT.subarray(0, size);
        assert.equal(
          Buffer.from(encodeNative(input, level)),
          Buffer.from(wasm(input, level)),
          `${size} at ${level}`,
        );
      }
    }
  }
});

test('no level needs a larger window than is promised', async () => {
  const encode = await frameEncoder();
  const large = new Uint8Array(9 * KIB * KIB);
  for (let level = MINIMUM_LEVEL; level <= MAXIMUM_LEVEL; level += 9) {
    const { windowSize, hasChecksum, dictionaryId } = decodeFrameHeader(encode(large, level))!;
    assert.ok(windowSize <= MAXIMUM_WINDOW, `${level}: ${windowSize}`);
    assert.is(hasChecksum, false);
    assert.is(dictionaryId, 0);
  }
  const { windowSize } = decodeFrameHeader(encode(large, MAXIMUM_LEVEL))!;
  assert.is(windowSize, MAXIMUM_WINDOW);
});

test.run();
