import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeGzip } from '../../../src/formats/gzip/gzip-decoder.ts';
import { collect, decoderInput, NO_GUARD } from '../compressed-samples.ts';
import { concat, failure, pseudoRandom, textLike } from '../xz/sample.ts';

const test = suite('gzip');

const LARGE = Buffer.concat([textLike(700_000, 1), pseudoRandom(500_000, 2), new Uint8Array(1_500_000)]);

function decode(bytes: Uint8Array, offset = 0) {
  return collect(decodeGzip(decoderInput(bytes, offset)));
}

test('small members, large ones and empty ones in a row', async () => {
  const parts = [LARGE, Buffer.alloc(0), Buffer.from('small'), pseudoRandom(20_000, 3), LARGE];
  const bytes = concat(parts.map((part) => gzipSync(part)));
  const { content, next, largestPiece } = await decode(bytes);
  assert.is(next, bytes.length);
  assert.ok(content.equals(Buffer.concat(parts)));
  assert.ok(largestPiece <= 512 * 1024, String(largestPiece));
});

test('stored, fixed and dynamic blocks of every level', async () => {
  for (let level = 0; level <= 9; level++) {
    const bytes = gzipSync(LARGE.subarray(0, 1_300_000), { level });
    assert.ok((await decode(bytes)).content.equals(LARGE.subarray(0, 1_300_000)), String(level));
  }
});

test('a thousand members are a file like any other', async () => {
  const member = gzipSync('line\n');
  const { content } = await decode(concat(Array.from({ length: 1000 }, () => member)));
  assert.is(content.toString(), 'line\n'.repeat(1000));
});

test('the end is found to the byte, for small members and large ones', async () => {
  for (const part of [Buffer.from('small'), LARGE]) {
    const bytes = gzipSync(part);
    for (const behind of ['', '\0', '\x1f', '070701', '\0\0\x1f\x8b', 'x'.repeat(300_000)]) {
      const { content, next } = await decode(concat([bytes, Buffer.from(behind, 'latin1')]));
      assert.is(next, bytes.length);
      assert.is(content.length, part.length);
    }
  }
});

test('trailer: content and size are compared', async () => {
  for (const part of [Buffer.from('small'), LARGE]) {
    for (const [back, message] of [
      [8, 'does not match its CRC32'],
      [4, `decodes to ${part.length} bytes`],
    ] as const) {
      const bytes = gzipSync(part);
      bytes[bytes.length - back]! ^= 1;
      const error = await failure(() => decode(bytes));
      assert.is(error.code, 'archive-malformed');
      assert.match(error.message, message);
      assert.match(error.where!, `byte ${bytes.length - back}`);
    }
  }
});

test('cut short: in the data, in the trailer, in the next header', async () => {
  const bytes = gzipSync(LARGE);
  for (const length of [0, 9, 10, 500, 100_000, bytes.length - 9, bytes.length - 8, bytes.length - 1]) {
    const error = await failure(() => decode(bytes.subarray(0, length)));
    assert.is(error.code, 'archive-malformed');
    assert.match(error.message, 'cut short');
  }
  assert.match((await failure(() => decode(concat([bytes, bytes.subarray(0, 5)])))).message, 'cut short');
});

test('damaged deflate data of a large member', async () => {
  const bytes = gzipSync(pseudoRandom(2_000_000, 1), { level: 0 });
  bytes.fill(0xff, 1_000_000, 1_100_000);
  const error = await failure(() => decode(bytes));
  assert.is(error.code, 'archive-malformed');
});

test('the guard is asked before bytes are given out', async () => {
  const asked: number[] = [];
  const stop = new Error('enough');
  const guard = {
    ...NO_GUARD,
    output(produced: number) {
      asked.push(produced);
      if (produced > 1_000_000) throw stop;
    },
  };
  let taken = 0;
  try {
    for await (const piece of decodeGzip(decoderInput(gzipSync(LARGE), 0, guard))) taken += piece.length;
    assert.unreachable();
  } catch (error) {
    assert.is(error, stop);
  }
  assert.ok(taken <= 1_000_000);
  assert.ok(asked.length > 1);
});

test('a reader may stop in the middle', async () => {
  for await (const piece of decodeGzip(decoderInput(gzipSync(LARGE)))) {
    assert.ok(piece.length > 0);
    break;
  }
});

test.run();
