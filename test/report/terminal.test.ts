import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bad,
  code,
  details,
  facts,
  GAP,
  good,
  indented,
  line,
  lines,
  list,
  paragraph,
  quiet,
  section,
  strong,
  table,
  title,
} from '../../src/report/document.ts';
import { type Paint, renderTerminal } from '../../src/report/terminal.ts';
import { showText } from '../../src/text/format.ts';
import { HOSTILE, hostileBlocks } from '../support/hostile-report.ts';
import { plainLines } from '../support/plain-report.ts';

const test = suite('reports for a terminal');
const marked: Paint = (style, text) => `<${style}>${text}</${style}>`;

test('what belongs to a line stands below it, moved to the right', () => {
  const blocks = [
    title(strong('rootfs'), ': ', good('fine')),
    indented(facts(['entries', '2'], ['sum', code('abc')]), line('warning x: 1'), list(['a', 'b', 'c'], 2)),
    section('1. cause', [paragraph('What it is.'), list(['path']), lines('toml', ['id = 1'])]),
    GAP,
    details('end', [line('of it')]),
  ];
  assert.equal(plainLines(blocks), [
    'rootfs: fine',
    '  entries  2',
    '  sum      abc',
    '  warning x: 1',
    '    a',
    '    b',
    '    and 1 more (-v shows all)',
    '',
    '1. cause',
    '   What it is.',
    '     path',
    '     id = 1',
    '',
    'end',
    'of it',
  ]);
});

test('columns are as wide as their text, whatever its style; numbers stand right', () => {
  const rows = [
    ['a', bad('no'), '1'],
    ['longer', 'yes, indeed', '100'],
  ];
  const below = [['because of a reason'], []];
  assert.is(
    renderTerminal([table(['name', 'verdict', 'n'], rows, { numbers: [2], below })], marked, 80),
    [
      '<bold>name    verdict        n</bold>',
      'a       <red>no</red>             1',
      '    because of a reason',
      'longer  yes, indeed  100',
      '',
    ].join('\n'),
  );
});

test('paragraphs are wrapped between words, lines and lists never', () => {
  const words = Array.from({ length: 30 }, (_, n) => `word${n}`).join(' ');
  for (const columns of [10, 40, 60, 80, 1000]) {
    const width = Math.min(100, Math.max(40, columns));
    const wrapped = plainLines([paragraph(words), section('x', [paragraph(words)])], columns);
    assert.ok(wrapped.every(({ length }) => length <= width));
    assert.is(wrapped.slice(0, wrapped.indexOf('')).join(' '), words);
    assert.equal(plainLines([line(words), list([words])], columns), [words, `  ${words}`]);
  }
});

test('a table that is fitted keeps enough of its last column: beside the others, or below them', () => {
  const rows = [
    ['dropped', 'a'.repeat(20), 'usr/lib/one/two/three/four/five/six'],
    ['kept', 'b', 'etc'],
    ['time set', 'c', ''],
  ];
  const fitted = [indented(table([], rows, { isFitted: true }))];
  const beside = (last: string): string[] => [
    `  dropped   ${'a'.repeat(20)}  ${last}`,
    `  kept      b${' '.repeat(19)}  etc`,
    '  time set  c',
  ];
  const path = 'usr/lib/one/two/three/four/five/six';
  for (const columns of [undefined, 80, 69]) assert.equal(plainLines(fitted, columns), beside(path));
  assert.equal(plainLines(fitted, 60), beside('usr/lib/one/...ur/five/six'));
  assert.equal(plainLines(fitted, 57), [
    `  dropped   ${'a'.repeat(20)}`,
    `      ${path}`,
    '  kept      b',
    '      etc',
    '  time set  c',
  ]);
  assert.ok(plainLines(fitted, 40).every(({ length }) => length <= 40));
});

test('a style stays whole and does not count', () => {
  const text = paragraph('x'.repeat(50), ' (', good('very good'), '), and more');
  assert.is(renderTerminal([text], marked, 60), `${'x'.repeat(50)}\n(<green>very good</green>), and more\n`);
});

test('differences are coloured by their first character, after escaping', () => {
  assert.is(
    renderTerminal([lines('diff', ['-a\x1b', '+b', ' c'])], marked, 80),
    '  <red>-a\\x1b</red>\n  <green>+b</green>\n   c\n',
  );
});

test('no text of any block is acted on by a terminal, or ends a line', () => {
  const expected = plainLines(hostileBlocks('x'), 1000).length;
  for (const text of HOSTILE) {
    const shown = plainLines(hostileBlocks(text), 1000);
    assert.not.match(shown.join(''), /[\p{C}\p{Zl}\p{Zp}]/u);
    // Only paragraphs are wrapped.
    if (showText(text).length < 45) assert.is(shown.length, expected, text);
  }
});

test('what has a style is not divided at the end of a line, with or without colours', () => {
  const block = paragraph('word '.repeat(13).trimEnd(), ' ', quiet('(-v lists them)'));
  const expected = ['word '.repeat(13).trimEnd(), '(-v lists them)'];
  assert.equal(plainLines([block], 70), expected);
  const painted = renderTerminal([block], marked, 70).trimEnd().split('\n');
  assert.equal(painted, [expected[0], `<dim>${expected[1]}</dim>`]);
});

test.run();
