import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TrimmedHash } from '../../src/diff/archive-layer.ts';

const test = suite('archive layer');

const PAYLOAD = Buffer.concat([Buffer.alloc(3), Buffer.from('a'), Buffer.alloc(150_000), Buffer.from('b')]);

test('zeros at the end are counted, those before it are hashed, however it is cut', () => {
  const digest = createHash('sha256').update(PAYLOAD).digest('hex');
  for (const zeros of [0, 1, 70_000]) {
    const bytes = Buffer.concat([PAYLOAD, Buffer.alloc(zeros)]);
    for (const size of [bytes.length, 60_000, 7, 4]) {
      const hash = new TrimmedHash();
      for (let at = 0; at < bytes.length; at += size) hash.update(bytes.subarray(at, at + size));
      assert.equal(hash.finish(), { digest, zeros }, `pieces of ${size}`);
    }
  }
});

test('nothing but zeros', () => {
  const hash = new TrimmedHash();
  hash.update(Buffer.alloc(9));
  assert.equal(hash.finish(), { digest: createHash('sha256').digest('hex'), zeros: 9 });
});

test.run();
