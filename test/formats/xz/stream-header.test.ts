import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  decodeStreamFooter,
  decodeStreamHeader,
  encodeStreamFooter,
  encodeStreamHeader,
  startsStream,
} from '../../../src/formats/xz/stream-header.ts';
import { failure } from './sample.ts';

const test = suite('xz stream header');

test('writes the header that xz --check=crc32 writes', () => {
  assert.is(Buffer.from(encodeStreamHeader(1)).toString('hex'), 'fd377a585a0000016922de36');
  assert.ok(startsStream(encodeStreamHeader(1)));
});

test('writes the footer that xz --check=crc32 writes for an empty file', () => {
  const footer = encodeStreamFooter({ check: 1, indexSize: 8 });
  assert.is(Buffer.from(footer).toString('hex'), '9042990d010000000001595a');
});

test('reads back what it writes', () => {
  for (const check of [0, 1, 4, 10, 15]) {
    assert.is(decodeStreamHeader(encodeStreamHeader(check), '', 0), check);
    for (const indexSize of [8, 4096, 2 ** 34]) {
      assert.equal(decodeStreamFooter(encodeStreamFooter({ check, indexSize }), '', 0), { check, indexSize });
    }
  }
});

test('every changed bit and every cut is found', async () => {
  const header = encodeStreamHeader(1);
  const footer = encodeStreamFooter({ check: 1, indexSize: 64 });
  for (const [bytes, decode] of [
    [header, decodeStreamHeader],
    [footer, decodeStreamFooter],
  ] as const) {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.is((await failure(() => decode(changed, '', 0))).code, 'archive-malformed');
    }
    for (let length = 0; length < bytes.length; length++) {
      const error = await failure(() => decode(bytes.subarray(0, length), 'a.xz', 7));
      assert.match(error.message, 'cut short');
      assert.is(error.where, 'a.xz byte 7');
    }
  }
});

test('reserved stream flags are not supported', async () => {
  const header = encodeStreamHeader(0x11);
  assert.is((await failure(() => decodeStreamHeader(header, '', 0))).code, 'archive-not-supported');
});

test('no index has a size that the footer cannot hold', () => {
  for (const indexSize of [0, 6, 2 ** 34 + 4]) {
    assert.throws(() => encodeStreamFooter({ check: 1, indexSize }), /an index cannot have/);
  }
});

test.run();
