import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc64 } from '../../../src/formats/xz/primitives.ts';

import { pseudoRandom } from './sample.ts';

const test = suite('xz crc64');
const CHECK_INPUT = Buffer.from('123456789');

test('gives the catalogue value of CRC-64/XZ', () => {
  assert.equal(crc64(CHECK_INPUT), { high: 0x995dc9bb, low: 0xdf1939fa });
});

test('goes on from an earlier value, whatever the split', () => {
  const whole = crc64(CHECK_INPUT);
  for (let cut = 0; cut <= CHECK_INPUT.length; cut++) {
    assert.equal(crc64(CHECK_INPUT.subarray(cut), crc64(CHECK_INPUT.subarray(0, cut))), whole);
  }
});

/** Bit by bit, as the polynomial says. */
function slowly(bytes: Uint8Array): bigint {
  let crc = 2n ** 64n - 1n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n;
  }
  return crc ^ (2n ** 64n - 1n);
}

test('any bytes, of any length', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = pseudoRandom(length, length + 1);
    const { high, low } = crc64(bytes);
    assert.is((BigInt(high) << 32n) | BigInt(low), slowly(bytes), String(length));
  }
});

test.run();
