import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeLzma2 } from '../../../src/formats/xz/encoder.ts';
import { lzma2Chunks } from '../../../src/formats/xz/lzma2-chunks.ts';
import { concat, failure, pseudoRandom, textLike } from './sample.ts';

const test = suite('xz LZMA2 chunks');

function walk(bytes: Uint8Array, start = 0, end: number = bytes.length) {
  return [...lzma2Chunks(bytesInput(bytes), start, end, 'f')];
}

/** Stored chunk: control, size - 1, bytes. */
function stored(control: number, length: number): number[] {
  return [control, (length - 1) >> 8, (length - 1) & 0xff, ...new Array<number>(length).fill(7)];
}

/** LZMA chunk whose data are not looked at. */
function packed(
  control: number,
  uncompressed: number,
  compressed: number,
  ...properties: number[]
): number[] {
  const size = uncompressed - 1;
  const fields = [control | (size >> 16), (size >> 8) & 0xff, size & 0xff, 0, compressed - 1];
  return [...fields, ...properties, ...new Array<number>(compressed).fill(7)];
}

const PROPERTIES = 0x5d; // lc 3, lp 0, pb 2

test('tells offset, length and size of every kind of chunk', () => {
  const bytes = [
    ...stored(0x01, 4),
    ...stored(0x02, 300),
    ...packed(0xc0, 70000, 9, PROPERTIES),
    ...packed(0xa0, 1, 1),
    ...packed(0x80, 2 ** 21, 5),
    ...packed(0xe0, 65536, 2, 0),
    0x00,
  ];
  const chunks = walk(Uint8Array.from([9, 9, ...bytes]), 2);
  assert.equal(
    chunks.map((chunk) => chunk.length),
    [7, 303, 15, 6, 10, 8],
  );
  assert.equal(
    chunks.map((chunk) => chunk.uncompressedSize),
    [4, 300, 70000, 1, 2 ** 21, 65536],
  );
  assert.is(chunks[0]!.offset, 2);
  assert.is(chunks[1]!.offset, 9);
});

test('sums up to what the encoder was given', async () => {
  for (const input of [textLike(300000, 1), pseudoRandom(200000, 1), new Uint8Array(5_000_000)]) {
    const chunks = walk(concat(await encodeLzma2(input, 1, 65536)));
    assert.is(
      chunks.reduce((sum, chunk) => sum + chunk.uncompressedSize, 0),
      input.length,
    );
  }
  assert.equal(walk(Uint8Array.of(0)), []);
});

const REFUSED: ReadonlyArray<[what: string, bytes: number[], part: string]> = [
  ['nothing', [], 'lack their end marker'],
  ['a missing end marker', stored(0x01, 4), 'runs past the end'],
  ['bytes after the end marker', [...stored(0x01, 4), 0x00, 0x00], 'end before the block does'],
  ['a reserved control byte', [0x03, 0, 0], 'reserved LZMA2 control byte 3'],
  ['a reserved control byte', [0x7f, 0, 0], 'reserved LZMA2 control byte 127'],
  ['a first stored chunk without a reset', [...stored(0x02, 4), 0], 'keeps an older dictionary'],
  [
    'a first packed chunk without a reset',
    [...packed(0xc0, 4, 4, PROPERTIES), 0],
    'keeps an older dictionary',
  ],
  ['missing properties', [...stored(0x01, 4), ...packed(0x80, 4, 4), 0], 'lacks its properties'],
  [
    'properties from before a reset',
    [...packed(0xe0, 4, 4, PROPERTIES), ...stored(0x01, 1), ...packed(0xa0, 4, 4), 0],
    'lacks its properties',
  ],
  ['pb over 4', [...packed(0xe0, 4, 4, 225), 0], 'properties are out of range'],
  ['lc + lp over 4', [...packed(0xe0, 4, 4, 9 + 4), 0], 'properties are out of range'],
  ['a header that is cut', [0xe0, 0, 0, 0], 'cut short'],
  ['a chunk that is cut', packed(0xe0, 4, 4, PROPERTIES).slice(0, -1), 'runs past the end'],
];
for (const [what, bytes, part] of REFUSED) {
  test(`refuses ${what}: ${part}`, async () => {
    const error = await failure(() => walk(Uint8Array.from(bytes)));
    assert.is(error.code, 'archive-malformed');
    assert.match(error.message, part);
  });
}

test.run();
