import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FsVerityHash } from '../../src/list/composefs-dump.ts';

const test = suite('fs-verity');

function digest(bytes: Buffer, piece = 1 << 20): string {
  const hash = new FsVerityHash();
  for (let at = 0; at < bytes.length; at += piece) hash.update(bytes.subarray(at, at + piece));
  return hash.digest();
}

/** The definition, level by level, with everything in memory. */
function byDefinition(bytes: Buffer): string {
  let level = blocks(bytes).map(sha256);
  while (level.length > 1) level = blocks(Buffer.concat(level)).map(sha256);
  const descriptor = Buffer.alloc(256);
  descriptor.set([1, 1, 12, 0]);
  descriptor.writeBigUInt64LE(BigInt(bytes.length), 8);
  descriptor.set(level[0] ?? Buffer.alloc(32), 16);
  return sha256(descriptor).toString('hex');
}

function blocks(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 4096) {
    const block = Buffer.alloc(4096);
    bytes.copy(block, 0, at, at + 4096);
    found.push(block);
  }
  return found;
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

test('files that others have measured', () => {
  // What fsverity digest prints for an empty file, and the example of composefs-dump(5) has no content to compare.
  assert.is(digest(Buffer.alloc(0)), '3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95');
});

test('as the definition has it, around every border', () => {
  for (const size of [
    1,
    4095,
    4096,
    4097,
    8192,
    128 * 4096 - 1,
    128 * 4096,
    128 * 4096 + 1,
    300 * 4096 + 5,
  ]) {
    const bytes = Buffer.alloc(size, size % 251);
    bytes.writeUInt8(7, size >> 1);
    assert.is(digest(bytes), byDefinition(bytes), `${size} bytes`);
    assert.is(digest(bytes, 1000), byDefinition(bytes), `${size} bytes in pieces`);
  }
});

test('three levels', () => {
  const bytes = Buffer.alloc(128 * 128 * 4096 + 1, 3);
  assert.is(digest(bytes), byDefinition(bytes));
});

test.run();
