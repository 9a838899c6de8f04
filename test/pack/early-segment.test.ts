import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedArchive } from '../../fixtures/cpio/read.ts';
import type { StillrootError } from '../../src/errors.ts';
import { encodeHeader, headerSpan } from '../../src/formats/cpio/newc.ts';
import { readEarlySegment } from '../../src/pack/early-segment.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('early-segment');
const scratch = new Scratch('early-segment');
test.after(() => scratch.remove());

function archive(): Buffer {
  const bytes = Buffer.alloc(headerSpan(10));
  const zero = { inode: 0, mode: 0, uid: 0, gid: 0, mtime: 0, fileSize: 0, check: 0 };
  const devices = { deviceMajor: 0, deviceMinor: 0, rdeviceMajor: 0, rdeviceMinor: 0 };
  encodeHeader(bytes, 0, { ...zero, ...devices, nlink: 1 }, 'TRAILER!!!');
  return bytes;
}

function written(bytes: Uint8Array | string): string {
  const path = scratch.in('segment');
  writeFileSync(path, bytes);
  return path;
}

async function refusal(path: string): Promise<StillrootError> {
  try {
    await readEarlySegment(path);
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error('was not refused');
}

test('an archive is taken as it is, and padded to four bytes with NUL', async () => {
  for (let extra = 0; extra < 4; extra++) {
    const bytes = Buffer.concat([archive(), Buffer.alloc(extra)]);
    const segment = await readEarlySegment(written(bytes));
    assert.is(segment.length % 4, 0);
    assert.ok(segment.length - bytes.length < 4);
    assert.ok(segment.subarray(0, bytes.length).equals(bytes));
    assert.ok(segment.subarray(bytes.length).every((byte) => byte === 0));
  }
});

test('what is no uncompressed newc archive is refused with the reason', async () => {
  const xz = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), Buffer.alloc(200)]);
  for (const bytes of ['', '070701', 'x'.repeat(109), 'text '.repeat(40), xz, '070707'.repeat(30)]) {
    const error = await refusal(written(bytes));
    assert.is(error.code, 'source-not-supported');
    assert.ok(error.message.startsWith(`${scratch.in('segment')}: `));
    assert.match(error.message, /uncompressed newc archive/);
  }
});

test('an archive that is cut short, or has something else behind it, is refused', async () => {
  const name = Buffer.alloc(headerSpan(1) + 8, 'd');
  const zero = { inode: 0, uid: 0, gid: 0, mtime: 0, check: 0, nlink: 1 };
  const devices = { deviceMajor: 0, deviceMinor: 0, rdeviceMajor: 0, rdeviceMinor: 0 };
  encodeHeader(name, 0, { ...zero, ...devices, mode: 0o100644, fileSize: 8 }, 'f');
  const whole = Buffer.concat([name, archive()]);
  const xz = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]);
  assert.ok(
    (await readEarlySegment(written(Buffer.concat([whole, Buffer.alloc(9), whole])))).length >
      whole.length * 2,
  );
  const cut = whole.subarray(0, name.length - 4);
  const odc = capturedArchive('gnu-odc');
  for (const bytes of [
    cut,
    name,
    whole.subarray(0, -4),
    Buffer.concat([whole, xz]),
    Buffer.concat([whole, odc]),
  ]) {
    const error = await refusal(written(bytes));
    assert.is(error.code, 'source-not-supported');
    assert.match(error.message, /is not entirely an uncompressed newc/);
  }
});

test('what cannot be read, and what has no end, is refused with the reason', async () => {
  mkdirSync(scratch.in('directory'));
  for (const [name, code, said] of [
    ['missing', 'source-missing', /missing: no such file\. Name an uncompressed cpio archive with --segment/],
    ['missing/x/y', 'source-missing', /no such file/],
    ['segment/x', 'source-unreadable', /cannot be read \(ENOTDIR\)/],
    ['directory', 'source-not-supported', /directory: is a directory, wanted a file/],
    ['zero', 'source-not-supported', /is a device, wanted a file/],
  ] as const) {
    const error = await refusal(name.endsWith('zero') ? '/dev/zero' : scratch.in(name));
    assert.is(error.code, code);
    assert.match(error.message, said);
  }
});

test.run();
