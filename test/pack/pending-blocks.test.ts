import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReadyBlock } from '../../src/pack/compressor.ts';
import { PendingBlocks } from '../../src/pack/pack.ts';

const test = suite('pending blocks');
const MIB = 1024 * 1024;

function block(size: number): ReadyBlock {
  return { bytes: new Uint8Array(size), unpaddedSize: size, uncompressedSize: size, digest: String(size) };
}

test('in the order in which they came, whichever is done first', async () => {
  const pending = new PendingBlocks(1);
  const first = Promise.withResolvers<ReadyBlock>();
  pending.push(first.promise);
  pending.push(block(2));
  pending.push(Promise.resolve(block(3)));
  const oldest = pending.shift();
  first.resolve(block(1));
  assert.is((await oldest).digest, '1');
  assert.is((await pending.shift()).digest, '2');
  assert.not(pending.isEmpty);
  assert.is((await pending.shift()).digest, '3');
  assert.ok(pending.isEmpty);
});

test('encoded ones by their number, stored ones by their bytes', async () => {
  const pending = new PendingBlocks(2);
  for (let n = 0; n < 4; n += 1) pending.push(Promise.resolve(block(1)));
  assert.not(pending.areMany);
  pending.push(Promise.resolve(block(1)));
  assert.ok(pending.areMany);
  await pending.shift();
  assert.not(pending.areMany);
  for (let n = 0; n < 8; n += 1) pending.push(block(8 * MIB));
  assert.not(pending.areMany);
  pending.push(block(1));
  assert.ok(pending.areMany);
});

test('a failure is that of the block, and not an unhandled one', async () => {
  const pending = new PendingBlocks(1);
  pending.push(Promise.reject(new Error('of the encoder')));
  await new Promise(setImmediate);
  const error = await pending.shift().catch((reason: unknown) => reason);
  assert.match((error as Error).message, 'of the encoder');
});

test.run();
