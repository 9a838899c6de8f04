import { constants, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { startsZstd } from '../../../src/formats/zstd/frame.ts';
import { walkZstdFrame, type ZstdFrame } from '../../../src/formats/zstd/walk-frame.ts';
import { concat, failure, textLike } from '../xz/sample.ts';

const test = suite('zstd frame');

const LARGE = Buffer.concat([textLike(2_000_000, 1), new Uint8Array(3_000_000)]);

function compress(bytes: Uint8Array, params: Record<number, number> = {}): Buffer {
  return zstdCompressSync(bytes, { params });
}

function walk(bytes: Uint8Array): ZstdFrame {
  return walkZstdFrame(bytesInput(bytes), 0, 'f');
}

test('a walk finds end, blocks and window', async () => {
  const bytes = compress(LARGE, { [constants.ZSTD_c_windowLog]: 17 });
  const frame = walk(concat([bytes, Buffer.from('behind')]));
  assert.is(frame.end, bytes.length);
  assert.is(frame.window, 2 ** 17);
  assert.ok(frame.blocks >= Math.ceil(LARGE.length / 131_072));
  const small = compress(Buffer.from('hello world'));
  assert.is(walk(small).window, 11);
  const middle = compress(Buffer.alloc(1000, 'abc'));
  assert.is(walk(middle).window, 1000);
});

test('headers that are refused', async () => {
  const block = [1, 0, 0];
  const cases: Array<[number[], string, string]> = [
    [[0x08, 0x38, ...block], 'archive-not-supported', 'f byte 4: a reserved zstd flag'],
    [[0x01, 0x38, 7, ...block], 'archive-not-supported', 'needs a dictionary'],
    [[0x00, 0x38, 0x07, 0, 0], 'archive-malformed', 'f byte 6: a zstd block has the reserved type 3'],
    [[0x00, 0x38, 0x05, 0, 0x20], 'archive-malformed', 'at most 131072 fit'],
    [[0x00, 0x00, 0x05, 0x40, 0], 'archive-malformed', 'at most 1024 fit'],
  ];
  for (const [fields, code, message] of cases) {
    const error = await failure(() => walk(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...fields])));
    assert.is(error.code, code, message);
    assert.match(error.message, message);
  }
  const none = await failure(() => walk(Buffer.from('no zstd')));
  assert.match(none.message, 'no zstd frame begins here');
  assert.not(startsZstd(Buffer.from([0x28, 0xb5, 0x2f])));
});

test.run();
