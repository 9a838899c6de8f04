import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { splitDeviceNumber } from '../../src/source/directory.ts';

const test = suite('source/device-number');

/** gnu_dev_makedev(3), the other way round. */
function makeDevice(major: bigint, minor: bigint): bigint {
  return (
    (minor & 0xffn) |
    ((major & 0xfffn) << 8n) |
    ((minor & 0xffffff00n) << 12n) |
    ((major & 0xfffff000n) << 32n)
  );
}

test('known numbers', () => {
  assert.equal(splitDeviceNumber(0x0103n), { major: 1, minor: 3 });
  assert.equal(splitDeviceNumber(0x0801n), { major: 8, minor: 1 });
});

test('every major and minor comes back, beyond 32 bits too', () => {
  for (const major of [0n, 1n, 255n, 4095n, 4096n, 0xffffffffn]) {
    for (const minor of [0n, 255n, 256n, 1048575n, 1048576n, 0xffffffffn]) {
      assert.equal(splitDeviceNumber(makeDevice(major, minor)), {
        major: Number(major),
        minor: Number(minor),
      });
    }
  }
});

test.run();
