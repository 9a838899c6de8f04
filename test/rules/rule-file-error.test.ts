import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TextLines } from '../../src/rules/rule-file-error.ts';

const test = suite('rule-file-error');

test('places and offsets are each other backwards', () => {
  const text = 'a\n\nbcd\r\nlast';
  const lines = new TextLines(text);
  for (let offset = 0; offset <= text.length; offset++) {
    const { line, column } = lines.place(offset);
    const before = text.slice(0, offset).split('\n');
    assert.equal([line, column], [before.length, (before.at(-1) as string).length + 1]);
    assert.is(lines.offset(line, column), offset);
  }
});

test('lines come without their ends', () => {
  const lines = new TextLines('a\n\nbcd\r\nlast');
  assert.equal(
    [1, 2, 3, 4].map((line) => lines.line(line)),
    ['a', '', 'bcd', 'last'],
  );
});

test('no text is one empty line', () => {
  const lines = new TextLines('');
  assert.equal(lines.place(0), { line: 1, column: 1 });
  assert.is(lines.line(1), '');
});

test.run();
