import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { XZ_ENCODER } from '../../../src/formats/encoders.ts';
import { assertEncoder, encodeLzma2 } from '../../../src/formats/xz/encoder.ts';
import { installedEncoder } from '../../../src/formats/xz/lzma-package.ts';
import { concat, failure, pseudoRandom, sha256, textLike } from './sample.ts';

const test = suite('xz encoder');

const KIB = 1024;
/** 256 KiB: text, bytes that do not compress, text again (far matches), a run of zeros. */
const INPUT = concat([
  textLike(96 * KIB, 11),
  pseudoRandom(48 * KIB, 12),
  textLike(96 * KIB, 13),
  new Uint8Array(16 * KIB),
]);

/**
 * The encoder's bytes are part of the archive profile. Where one of these changes, images built from the
 * same tree change: that is a new profile version, never an update of this table alone.
 */
const GOLDEN: ReadonlyArray<[preset: number, length: number, digest: string]> = [
  [1, 97680, '4a6ba99b5ba2ddd9b8d81b023acef63161a872875f1e92f3ef427db525d1d6f4'],
  [4, 87172, '65b4b045410e177d8058dc6105fc0d65a4c028ed7e0c4382d50ff4ca82ac659d'],
  [6, 84869, '7de4a4ec246909a53d89f13aea7d52645d753a314a8d4fe0b403ada0cac8cf09'],
  [9, 84869, '7de4a4ec246909a53d89f13aea7d52645d753a314a8d4fe0b403ada0cac8cf09'],
];

test('the input of the golden digests is what it was', () => {
  assert.is(INPUT.length, 256 * KIB);
  assert.is(sha256(INPUT), 'b7040c51a228bb30ed1daa87abb3531e5aff15a42674a0693f4eb90241f38960');
});

for (const [preset, length, digest] of GOLDEN) {
  test(`preset ${preset} writes the bytes of profile 1`, async () => {
    const bytes = concat(await encodeLzma2(INPUT, preset, 8 * KIB * KIB));
    assert.is(bytes.length, length);
    assert.is(sha256(bytes), digest);
  });
}

test('the installed encoder is the one of the profile', () => {
  const { version, nativeVersion } = installedEncoder();
  assert.is(version, XZ_ENCODER.version);
  assert.ok(nativeVersion === XZ_ENCODER.version || nativeVersion === undefined);
  assertEncoder();
});

test('another version is refused, in JavaScript or in the native part', async () => {
  for (const installed of [
    { version: '1.5.3', nativeVersion: XZ_ENCODER.version },
    { version: XZ_ENCODER.version, nativeVersion: '1.5.0' },
  ]) {
    const error = await failure(() => assertEncoder(installed));
    assert.is(error.code, 'internal');
    assert.match(error.message, /version 1\.5\.[03] is installed.*needs 1\.5\.1/);
  }
  assertEncoder({ version: XZ_ENCODER.version, nativeVersion: undefined });
});

test.run();
