import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OsPackageSink } from '../../src/pack/os-package-sink.ts';
import { openFileSink } from '../../src/pack/sink.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('pack/os-package-sink');
const scratch = new Scratch('os-package');
const OS_PACKAGE = { label: 'Label', cmdline: 'quiet', url: '' };
const KERNEL = Buffer.from('a kernel');
const INITRAMFS = Buffer.from('070701 and so on'.repeat(1000));

test.after(() => scratch.remove());

function write(name: string, pieces: readonly Uint8Array[]): { size: number; digest: string; bytes: Buffer } {
  const sink = new OsPackageSink(openFileSink(scratch.in(name), true), KERNEL, OS_PACKAGE, 'cpio.xz');
  for (const piece of pieces) sink.write(piece);
  const finished = sink.finish();
  assert.equal(sink.finish(), finished);
  assert.not(readdirSync(scratch.path).includes(name), 'visible before it was committed');
  sink.commit();
  return { ...finished, bytes: readFileSync(scratch.in(name)) };
}

/** The members by their central directory alone: name to content. */
function members(zip: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const end = zip.length - 22;
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [size, nameLength, offset] = [
      zip.readUInt32LE(at + 24),
      zip.readUInt16LE(at + 28),
      zip.readUInt32LE(at + 42),
    ];
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    // The header before the content must say the same.
    assert.equal(zip.subarray(offset + 6, offset + 28), zip.subarray(at + 8, at + 30));
    const start = offset + 30 + nameLength;
    found.set(name, zip.subarray(start, start + size));
    at += 46 + nameLength;
  }
  assert.is(at, end);
  return found;
}

test('holds what it was given, however it was given', () => {
  const whole = write('whole.zip', [INITRAMFS]);
  const found = members(whole.bytes);
  assert.equal([...found.keys()], ['boot/', 'boot/kernel', 'boot/initramfs.cpio.xz', 'manifest.json']);
  assert.equal(found.get('boot/kernel'), KERNEL);
  assert.equal(found.get('boot/initramfs.cpio.xz'), INITRAMFS);
  assert.is(JSON.parse(String(found.get('manifest.json'))).cmdline, 'quiet');
  const split = write('split.zip', [INITRAMFS.subarray(0, 7), INITRAMFS.subarray(7)]);
  const bytewise = write(
    'bytes.zip',
    Array.from(INITRAMFS, (byte) => Uint8Array.of(byte)),
  );
  assert.ok(split.bytes.equals(whole.bytes));
  assert.ok(bytewise.bytes.equals(whole.bytes));
});

test('knows size and digest of the whole archive before it is visible', () => {
  const { bytes, size, digest } = write('digest.zip', [INITRAMFS]);
  assert.is(size, bytes.length);
  assert.is(digest, createHash('sha256').update(bytes).digest('hex'));
});

test('one byte that differs changes nothing but its content, sums and digest', () => {
  const other = Buffer.from(INITRAMFS);
  other[5] = 0xff;
  const [a, b] = [write('a.zip', [INITRAMFS]), write('b.zip', [other])];
  assert.is(a.size, b.size);
  assert.is.not(a.digest, b.digest);
  const different = a.bytes.filter((byte, at) => byte !== b.bytes[at]).length;
  assert.ok(different <= 1 + 4 + 4, `${different} bytes`);
});

test('leaves nothing behind when it is given up', () => {
  const sink = new OsPackageSink(openFileSink(scratch.in('gone.zip'), false), KERNEL, OS_PACKAGE, 'cpio');
  sink.write(INITRAMFS);
  sink.abort();
  sink.abort();
  const left = readdirSync(scratch.path).filter((name) => /gone|\.tmp$/.test(name));
  assert.equal(left, []);
});

test('needs a file below it', () => {
  const output = { ...openFileSink('/dev/null', true), descriptor: undefined };
  assert.throws(() => new OsPackageSink(output as never, KERNEL, OS_PACKAGE, 'cpio'), /needs a file/);
});

test.run();
