import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LastLines } from '../../src/bootstrap/run-shell.ts';

const test = suite('bootstrap/last-lines');

function read(text: string, size: number): { kept: readonly string[]; told: string[] } {
  const told: string[] = [];
  const lines = new LastLines((line) => told.push(line));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) lines.add(bytes.subarray(at, at + size));
  return { kept: lines.finish(), told };
}

for (const size of [1, 2, 7, 1000]) {
  test(`lines in pieces of ${size}`, () => {
    const { kept, told } = read('one\ntwö\r\n\n 10%\r 20%\rthree', size);
    assert.equal(kept, ['one', 'twö', ' 10%', ' 20%', 'three']);
    assert.equal(told, kept);
  });
}

test('the last ones are kept, all are told', () => {
  const text = Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join('');
  const { kept, told } = read(text, 100);
  assert.is(told.length, 1000);
  assert.is(kept.length, 25);
  assert.is(kept.at(-1), 'line 999');
});

test('a line without end takes no more memory than a long one', () => {
  const { kept } = read('x'.repeat(100_000), 1000);
  assert.is(kept[0]?.length, 2000);
});

test.run();
