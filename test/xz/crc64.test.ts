import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc64 } from '../../src/xz/crc64.ts';

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

test.run();
