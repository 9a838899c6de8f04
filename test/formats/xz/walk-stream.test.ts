import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeIndex, type IndexRecord } from '../../../src/formats/xz/block-index.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../../../src/formats/xz/stream-header.ts';
import { walkStream } from '../../../src/formats/xz/walk-stream.ts';
import { concat, failure, textLike, writeXz } from './sample.ts';

const test = suite('xz walk stream');

const PARTS = [textLike(5000, 1), textLike(77, 2), textLike(900, 3)];

function walk(bytes: Uint8Array, offset = 0) {
  return walkStream(bytesInput(bytes), offset, 'f');
}

test('finds blocks and end, whatever stands before and behind', async () => {
  const bytes = await writeXz(PARTS, { x86: true });
  const whole = concat([Buffer.from('before'), bytes, Buffer.from('behind')]);
  const { blocks, check, end } = walk(whole, 6);
  assert.is(end, 6 + bytes.length);
  assert.is(check, 1);
  assert.equal(
    blocks.map((block) => block.uncompressedSize),
    [5000, 77, 900],
  );
  assert.equal(
    blocks.map((block) => [block.dictionary, block.x86]),
    [
      [5000, true],
      [77, true],
      [900, true],
    ],
  );
  assert.is(blocks[0]!.offset, 18);
});

test('every cut is malformed, at an offset within the file', async () => {
  const bytes = await writeXz(PARTS);
  for (let length = 0; length < bytes.length; length++) {
    const error = await failure(() => walk(bytes.subarray(0, length)));
    assert.is(error.code, 'archive-malformed');
    const [, at] = /^f byte (\d+)$/.exec(error.where!)!;
    assert.ok(Number(at) <= length, `${length}: ${error.message}`);
  }
});

/** The same blocks with another index, sealed with right checksums. */
async function withIndex(change: (records: IndexRecord[]) => IndexRecord[]): Promise<Uint8Array> {
  const bytes = await writeXz(PARTS);
  const { blocks } = walk(bytes);
  const honest = blocks.map(({ unpaddedSize, uncompressedSize }) => ({ unpaddedSize, uncompressedSize }));
  const indexAt = bytes.length - 12 - encodeIndex(honest).length;
  const index = encodeIndex(change(honest));
  return concat([
    bytes.subarray(0, indexAt),
    index,
    encodeStreamFooter({ check: 1, indexSize: index.length }),
  ]);
}

test('an index that lies is told what the file has', async () => {
  const cases: Array<[string, (records: IndexRecord[]) => IndexRecord[]]> = [
    ['lists 2 blocks, the file has 3', (records) => records.slice(1)],
    ['lists 4 blocks, the file has 3', (records) => [...records, records[0]!]],
    ['lists 0 blocks, the file has 3', () => []],
    [
      'bytes of block 1 without padding, the file has',
      ([a, b, c]) => [a!, { ...b!, unpaddedSize: b!.unpaddedSize + 1 }, c!],
    ],
    [
      'lists 901 uncompressed bytes of block 2, the file has 900',
      ([a, b, c]) => [a!, b!, { ...c!, uncompressedSize: 901 }],
    ],
    [
      'lists 1099511627776 uncompressed bytes of block 0, the file has 5000',
      ([a, b, c]) => [{ ...a!, uncompressedSize: 2 ** 40 }, b!, c!],
    ],
    ['the file has', (records) => records.reverse()],
  ];
  for (const [message, change] of cases) {
    const error = await failure(async () => walk(await withIndex(change)));
    assert.is(error.code, 'archive-malformed');
    assert.match(error.message, message);
  }
  assert.is(walk(await withIndex((records) => records)).blocks.length, 3);
});

test('an index with the right numbers and a wrong checksum, or wrong padding', async () => {
  const bytes = await writeXz(PARTS);
  const crcAt = bytes.length - 16;
  const wrongSum = bytes.slice();
  wrongSum[crcAt]! ^= 1;
  assert.match((await failure(() => walk(wrongSum))).message, `byte ${crcAt}: the CRC32 of the index`);
  // 0 indicator, 1 count, 2 unpadded size, 4 uncompressed size, 6 two bytes of padding, 8 CRC32.
  const records = await writeXz([textLike(5000, 1)]);
  const padded = records.slice();
  const at = records.length - 12 - 4 - 1;
  assert.is(padded[at], 0);
  padded[at] = 7;
  new DataView(padded.buffer).setUint32(at + 1, crc32(padded.subarray(records.length - 24, at + 1)), true);
  assert.match((await failure(() => walk(padded))).message, `byte ${at}: index padding is not zero`);
});

test('header and footer must name the same check and the size of the index', async () => {
  const index = encodeIndex([]);
  for (const [check, indexSize, message] of [
    [4, index.length, 'check id 4 in the stream footer, 1 in the header'],
    [1, index.length + 4, 'the index has 12 bytes in the stream footer, it has 8'],
  ] as const) {
    const bytes = concat([encodeStreamHeader(1), index, encodeStreamFooter({ check, indexSize })]);
    assert.match((await failure(() => walk(bytes))).message, message);
  }
});

test('an index over the limit is refused while its blocks are walked', async () => {
  const bytes = await writeXz(PARTS);
  const { indexSize } = walkStream(bytesInput(bytes), 0, 'f');
  assert.is(walkStream(bytesInput(bytes), 0, 'f', indexSize).blocks.length, 3);
  for (const limit of [4, indexSize - 4]) {
    const error = await failure(() => walkStream(bytesInput(bytes), 0, 'f', limit));
    assert.is(error.code, 'archive-limit');
    assert.match(
      error.message,
      /its index of \d blocks exceeds the remaining limit of \d+ bytes .*--limit xzIndexSize=/,
    );
  }
});

test.run();
