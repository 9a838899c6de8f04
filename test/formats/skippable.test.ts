import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../src/formats/input.ts';
import { skipSkippable, startsSkippable, uint32 } from '../../src/formats/skippable.ts';
import { failure } from './xz/sample.ts';

const test = suite('skippable frames');

function frame(number: number, size: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50 + number, 0);
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, Buffer.alloc(size, 1)]);
}

test('sixteen magic numbers and no others', () => {
  for (let number = 0; number < 16; number++) assert.ok(startsSkippable(frame(number, 0)));
  for (const number of [-1, 16]) assert.not(startsSkippable(frame(number, 0)));
  assert.not(startsSkippable(Buffer.from([0x50, 0x2a, 0x4d])));
});

test('passes over any number of them', async () => {
  const bytes = Buffer.concat([
    Buffer.from('ab'),
    frame(0, 3),
    frame(15, 0),
    frame(7, 500),
    Buffer.from('next'),
  ]);
  assert.is(skipSkippable(bytesInput(bytes), 2, 'f'), bytes.length - 4);
  assert.is(skipSkippable(bytesInput(bytes), 0, 'f'), 0);
  const cut = await failure(() => skipSkippable(bytesInput(bytes.subarray(0, 60)), 2, 'f'));
  assert.match(cut.message, 'a skippable frame of 500 bytes runs past the end');
  assert.match(
    (await failure(() => skipSkippable(bytesInput(frame(1, 9).subarray(0, 6)), 0, 'f'))).message,
    'cut short',
  );
});

test('numbers are little-endian', () => {
  assert.is(uint32(Buffer.from([1, 2, 3, 0xff])), 0xff030201);
  assert.is(uint32(Buffer.from([0, 1, 2, 3, 4]), 1), 0x04030201);
  assert.is(uint32(Buffer.from([1, 2, 3])), undefined);
});

test.run();
