import { createGunzip, createInflateRaw, deflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../src/formats/input.ts';
import { isDataError, runTransform, TRANSFORM_OPTIONS } from '../../src/formats/run-transform.ts';
import { pseudoRandom } from './xz/sample.ts';

const test = suite('run transform');

const CONTENT = Buffer.from(pseudoRandom(3_000_000, 1).map((byte) => byte & 15));

async function take(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const taken: Uint8Array[] = [];
  for await (const piece of pieces) taken.push(piece);
  return Buffer.concat(taken);
}

test('gives everything, and says where the codec stopped', async () => {
  const raw = deflateRawSync(CONTENT);
  for (const behind of [1, 8, 1_000_000]) {
    const bytes = Buffer.concat([Buffer.from('xx'), raw, Buffer.alloc(behind, 7)]);
    const transform = createInflateRaw(TRANSFORM_OPTIONS);
    assert.ok((await take(runTransform(transform, bytesInput(bytes), 2, bytes.length))).equals(CONTENT));
    assert.is(transform.bytesWritten, raw.length);
  }
});

test('a failing read of the input fails the output', async () => {
  const raw = deflateRawSync(CONTENT);
  const stop = new Error('disk');
  const input = {
    size: raw.length,
    read(offset: number, length: number) {
      if (offset > 0) throw stop;
      return raw.subarray(0, Math.min(length, 1000));
    },
  };
  try {
    await take(runTransform(createInflateRaw(TRANSFORM_OPTIONS), input, 0, raw.length));
    assert.unreachable();
  } catch (error) {
    assert.is(error, stop);
  }
});

test('errors of the data are told from others', async () => {
  try {
    await take(runTransform(createGunzip(), bytesInput(Buffer.from('not gzip at all')), 0, 15));
    assert.unreachable();
  } catch (error) {
    assert.ok(isDataError(error));
  }
  assert.not(isDataError(new Error('other')));
  assert.not(isDataError(Object.assign(new Error('disk'), { code: 'EIO' })));
});

test('no more is read than the reader takes, but for a little', async () => {
  const raw = deflateRawSync(Buffer.alloc(200_000_000));
  let furthest = 0;
  const pieces = (told: (offset: number) => void): AsyncIterable<Uint8Array> => {
    const read = (offset: number, length: number): Uint8Array => {
      told(offset);
      return raw.subarray(offset, offset + Math.min(length, 1000));
    };
    const transform = createInflateRaw(TRANSFORM_OPTIONS);
    return runTransform(transform, { size: raw.length, read }, 0, raw.length);
  };
  const slow = pieces((offset) => {
    furthest = offset;
  });
  for await (const piece of slow) {
    assert.ok(piece.length > 0);
    // Meanwhile another reader takes all of it.
    let size = 0;
    for await (const other of pieces(() => {})) size += other.length;
    assert.is(size, 200_000_000);
    break;
  }
  assert.ok(furthest < raw.length / 10, String(furthest));
});

test.run();
