import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ArchiveOutput } from '../../src/pack/archive-output.ts';
import { MemorySink } from '../support/memory-sink.ts';

const test = suite('archive-output');

test('bytes reach the sink in order, counted and digested', () => {
  const sink = new MemorySink();
  const output = new ArchiveOutput(sink);
  assert.is(output.bytes, 0);
  for (const piece of ['one', '', 'two']) output.write(Buffer.from(piece));
  assert.is(output.bytes, 6);
  assert.is(sink.bytes.toString(), 'onetwo');
  assert.is(output.digest(), createHash('sha256').update('onetwo').digest('hex'));
});

test('nothing written is the digest of nothing', () => {
  const digest = new ArchiveOutput(new MemorySink()).digest();
  assert.is(digest, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a failing sink is heard', () => {
  const sink = new MemorySink();
  sink.onWrite = () => {
    throw new Error('full');
  };
  assert.throws(() => new ArchiveOutput(sink).write(Buffer.from('x')), /full/);
});

test.run();
