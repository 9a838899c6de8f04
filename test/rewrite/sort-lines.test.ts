import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sortLines } from '../../src/rewrite/sort-lines.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('sort-lines');

test('lines are sorted by bytes, comments on top stay there', () => {
  assert.is(
    textAfter(sortLines, '# /etc/shells: valid login shells\n/bin/sh\n/bin/bash\n/usr/bin/sh\n/bin/dash\n'),
    '# /etc/shells: valid login shells\n/bin/bash\n/bin/dash\n/bin/sh\n/usr/bin/sh\n',
  );
  assert.is(
    textAfter(sortLines, '#  File generated\n\nLANG=C\nLANGUAGE=de\nLC_ALL=C\nLC_A=x\n').split('\n')[4],
    'LC_A=x',
  );
  assert.is(textAfter(sortLines, '\xff\nb\nB\n'), 'B\nb\n\xff\n');
});

test('a last line without a newline stays without', () => {
  assert.is(textAfter(sortLines, 'b\na'), 'a\nb');
});

test('triggers that come twice stay both', () => {
  assert.is(textAfter(sortLines, '/b x\n/a y\n/b x\n'), '/a y\n/b x\n/b x\n');
});

test('sorted files and files of comments stay', () => {
  for (const text of ['a\nb\n', '# b\n# a\n', '\n', '# x', 'one line']) {
    assert.is(apply(sortLines, text).outcome, 'unchanged', JSON.stringify(text));
  }
});

test('comments and empty lines in the middle belong to their neighbours, so the file stays', () => {
  for (const text of ['# top\nb\n# about a\na\n', 'b\n\na\n']) {
    assert.is(apply(sortLines, text).outcome, 'unchanged');
  }
});

test('of two assignments the last counts, so they are not moved', () => {
  assert.is(apply(sortLines, 'LANG=de\nexport LANG=C\nA=b\n').outcome, 'unchanged');
});

test('any order becomes the same', () => {
  const lines = fc.uniqueArray(fc.stringMatching(/^[a-z/ ]{1,8}$/), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lines, (given) => {
      const wanted = `${[...given].sort().join('\n')}\n`;
      const text = `${given.join('\n')}\n`;
      if (text !== wanted) assert.is(textAfter(sortLines, text), wanted);
    }),
  );
});

test('damage', () => {
  survivesDamage(sortLines, Buffer.from('# x\nLANG=C\nLANGUAGE=de\nA=b\n'));
});

test.run();
