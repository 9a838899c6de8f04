import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { haveSameJson, haveSameLines, isText } from '../../src/diff/evidence.ts';

const test = suite('evidence');

test('text, and what is none', () => {
  for (const text of ['', 'a\nb\n', '\xc3\xa4\t\r\n', '\x1b[31mred'])
    assert.ok(isText(Buffer.from(text, 'latin1')));
  for (const bytes of ['\0', 'a\0', '\x01\x02\x03', '\x7fELF\x02\x01\x01']) {
    assert.not(isText(Buffer.from(bytes, 'latin1')), JSON.stringify(bytes));
  }
});

test('the same lines in a different order', () => {
  assert.ok(haveSameLines('a\nb\nb\n', 'b\na\nb\n'));
  assert.ok(haveSameLines('a\nb', 'b\na\n'), 'with and without an end of the last line');
  assert.not(haveSameLines('a\nb\n', 'a\nb\n'));
  assert.not(haveSameLines('a\nb\nb\n', 'a\na\nb\n'));
  assert.not(haveSameLines('a\n', 'a\nb\n'));
});

test('the same JSON in another order', () => {
  assert.ok(haveSameJson('{"a": 1, "b": [1, {"c": 2, "d": 3}]}', '{"b": [{"d": 3, "c": 2}, 1], "a": 1}'));
  assert.not(haveSameJson('{"a": 1}', '{"a": 2}'));
  assert.not(haveSameJson('[1, 1, 2]', '[1, 2, 2]'));
  assert.not(haveSameJson('{"a"', '{"a"'));
  assert.not(haveSameJson('word', 'word'));
  const deep = '['.repeat(100_000);
  assert.not(haveSameJson(deep, `${deep} `), 'a document that is too deep is none');
});

test.run();
