import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput, firstNonZero, readExactly } from '../../src/formats/input.ts';
import { failure } from './xz/sample.ts';

const test = suite('xz input');
const INPUT = bytesInput(Uint8Array.of(1, 2, 3, 4));

test('reads what is there', () => {
  assert.is(INPUT.size, 4);
  assert.equal([...readExactly(INPUT, 1, 2, 'it', '')], [2, 3]);
  assert.equal([...readExactly(INPUT, 4, 0, 'it', '')], []);
});

test('says what is missing and where', async () => {
  const error = await failure(() => readExactly(INPUT, 2, 3, 'the index', 'a.xz'));
  assert.is(error.code, 'archive-malformed');
  assert.match(error.message, 'a.xz byte 2: the index is cut short (2 of 3 bytes).');
  await failure(() => readExactly(INPUT, -4, 4, 'the index', ''));
});

test('the first byte that is not zero, however many zeros come before it', () => {
  for (const at of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const bytes = new Uint8Array(at + 3);
    assert.is(firstNonZero(bytes), -1);
    bytes[at] = 1;
    assert.is(firstNonZero(bytes), at);
  }
  assert.is(firstNonZero(new Uint8Array(0)), -1);
});

test.run();
