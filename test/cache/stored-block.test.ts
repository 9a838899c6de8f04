import { hash, randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CheckedBlock,
  checkStoredBlock,
  encodeStoredHeader,
  HEADER_SIZE,
  storedSizeMax,
  type WantedBlock,
} from '../../src/cache/stored-block.ts';
import { inspectXzBlock } from '../../src/formats/xz/inspect-block.ts';
import { before } from '../support/before.ts';
import { encodedBlock } from './encoded-block.ts';

const test = suite('stored block');
const raw = Buffer.concat([Buffer.from('text that repeats itself. '.repeat(300)), randomBytes(64)]);
const key = randomBytes(32);
const wanted: WantedBlock = { key, raw, dictionary: 65536 };
let block: CheckedBlock;
let file: Buffer<ArrayBuffer>;

before(test, async () => {
  block = await encodedBlock(raw);
  file = stored(key, block);
});

function stored(ofKey: Uint8Array, { bytes, ...rest }: CheckedBlock): Buffer<ArrayBuffer> {
  const header = encodeStoredHeader(ofKey, { ...rest, bytes });
  const whole = Buffer.from(new ArrayBuffer(header.length + bytes.length));
  whole.set(header, 0);
  whole.set(bytes, header.length);
  return whole;
}

function reason(bytes: Uint8Array, wants: Partial<WantedBlock> = {}): string {
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  copy.set(bytes);
  const checked = checkStoredBlock(copy, { ...wanted, ...wants }, inspectXzBlock);
  return typeof checked === 'string' ? checked : 'sound';
}

test('a block comes back as it was', () => {
  const checked = checkStoredBlock(file, wanted, inspectXzBlock);
  assert.not.type(checked, 'string');
  const { bytes, ...rest } = checked as CheckedBlock;
  assert.equal([...bytes], [...block.bytes]);
  assert.equal(rest, {
    unpaddedSize: block.unpaddedSize,
    uncompressedSize: raw.length,
    digest: block.digest,
  });
  assert.is(file.length, HEADER_SIZE + block.bytes.length);
});

test('any bit that is flipped is seen', () => {
  for (let at = 0; at < file.length; at += 1) {
    const changed = Buffer.from(file);
    changed[at] = (changed[at] as number) ^ (1 << (at % 8));
    assert.is.not(reason(changed), 'sound', `byte ${at}`);
  }
});

test('any truncation is seen, and what is too long', () => {
  for (let length = 0; length < file.length; length += 1) {
    assert.is.not(reason(file.subarray(0, length)), 'sound', `${length} bytes`);
  }
  assert.is(reason(Buffer.concat([file, Buffer.alloc(4)])), 'its size is not the one in its header');
});

test('a sound block that is not the one wanted', async () => {
  assert.is(reason(file, { key: randomBytes(32) }), 'it belongs to another key');
  assert.is(reason(file, { dictionary: 131072 }), 'its block has a different dictionary');
  assert.is(reason(file, { raw: raw.subarray(1) }), 'its block has a different size');
  const other = Buffer.from(raw);
  other[5] = 0;
  assert.is(reason(file, { raw: other }), 'its block has different contents');
  assert.is(reason(stored(key, await encodedBlock(other))), 'its block has different contents');
});

test('a header of ours around something else', () => {
  for (const first of [0, 1, 0xff]) {
    const bytes = new Uint8Array(block.bytes.length);
    bytes[0] = first;
    const fake = { ...block, bytes, digest: digestOf(bytes) };
    assert.is(reason(stored(key, fake)), 'it contains no block');
  }
  const sizes = { ...block, unpaddedSize: block.unpaddedSize - 1 };
  assert.is.not(reason(stored(key, sizes)), 'sound');
});

test('what cannot be compressed is below the largest size', async () => {
  for (const size of [1, 100, 70_000, 300_000]) {
    const { bytes } = await encodedBlock(randomBytes(size));
    assert.ok(HEADER_SIZE + bytes.length <= storedSizeMax(size), String(size));
  }
});

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

test.run();
