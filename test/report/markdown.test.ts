import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BREAK,
  bad,
  code,
  details,
  facts,
  indented,
  lines,
  list,
  paragraph,
  prose,
  section,
  strong,
  table,
  title,
} from '../../src/report/document.ts';
import { escapeMarkdown, renderMarkdown } from '../../src/report/markdown.ts';
import { HOSTILE, hostileBlocks } from '../support/hostile-report.ts';

const test = suite('reports as Markdown');

test('every kind of block', () => {
  const blocks = [
    title('A ', code('b')),
    paragraph('One ', strong('two'), ', ', bad('three'), ' ', { text: 'four', to: 'more' }),
    facts(['size', '1'], ['name', code('x|y')]),
    table(
      ['head', ''],
      [
        ['1', code('x|y')],
        [bad('2'), ['a', BREAK, 'b']],
      ],
    ),
    table([], [['alone']]),
    table(['bars'], [['', { text: '', share: 1 }]], { layout: 'bars' }),
    list(['a', 'b', 'c'], 2),
    indented(lines('toml', ['a = "```"'])),
    section('More', [section('more', [details('x', [paragraph('y')])], 'more')], 'id'),
  ];
  assert.is(
    renderMarkdown(blocks),
    [
      '# A `b`',
      'One **two**, **three** [four](#more)',
      '- size: 1\n- name: `x|y`',
      '| head |  |\n| --- | --- |\n| 1 | `x\\|y` |\n| 2 | a<br>b |',
      '|  |\n| --- |\n| alone |',
      '- a\n- b\n- and 1 more',
      '````toml\na = "```"\n````',
      '<a id="id"></a>',
      '## More',
      '### more',
      'x',
      'y',
    ]
      .join('\n\n')
      .concat('\n'),
  );
});

test('paragraphs and items are wrapped where that is asked for', () => {
  const blocks = [paragraph('one two - three'), list(['one two three'])];
  assert.is(renderMarkdown(blocks, 8), 'one two\n\\- three\n\n- one\n  two\n  three\n');
});

test('texts in which backquotes mark code, as far as they match', () => {
  assert.is(renderMarkdown([paragraph(prose('see `a_b` and `c`'))]), 'see `a_b` and `c`\n');
  assert.is(renderMarkdown([paragraph(prose('one ` alone'))]), 'one \\` alone\n');
});

test('a code span has more backquotes around it than in it', () => {
  const texts = ['a', 'a`b', '`a``', ' a ', 'a\\|b', ''];
  assert.is(
    renderMarkdown([paragraph(...texts.map((text) => [code(text), '.']))]),
    '`a`.`` a`b ``.``` `a`` ```.`  a  `.`a\\|b`..\n',
  );
});

test('what Markdown acts on within a line', () => {
  assert.is(
    escapeMarkdown('a*b_c _d_ [x](y) `z` ~~w~~ \\'),
    'a\\*b_c \\_d\\_ \\[x\\](y) \\`z\\` \\~\\~w\\~\\~ \\\\',
  );
  assert.is(escapeMarkdown('<b> & &lt; &#60; a&b;c'), '&lt;b> & &amp;lt; &amp;#60; a&amp;b;c');
  assert.is(
    escapeMarkdown('a\nb\x1b\u202e'),
    'a\\\\x0ab\\\\x1b\\\\xe2\\\\x80\\\\xae'.replaceAll('\\\\', '\\\\'),
  );
});

test('what Markdown acts on at the beginning of a line', () => {
  for (const text of ['# x', '- x', '+ x', '> x', '=== x', '1. x', '12) x', '    x']) {
    const shown = renderMarkdown([paragraph(text)]);
    assert.not.match(shown, /^(#|-|\+|>|=|\d+[.)]|\s)/, shown);
  }
});

test('no text of any block ends its line, its cell, its fence or its code', () => {
  const parts = (markdown: string): number => markdown.split('\n\n').length;
  const usual = renderMarkdown(hostileBlocks('x'));
  for (const text of HOSTILE) {
    const shown = renderMarkdown(hostileBlocks(text));
    assert.not.match(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.is(parts(shown), parts(usual), text);
    assert.is(shown.split('\n').length, usual.split('\n').length, text);
    for (const line of shown.split('\n').filter((each) => each.startsWith('|'))) {
      assert.is(line.split(/(?<!\\)\|/).length, 3, line);
    }
    // There are no tags outside code.
    const outside = shown
      .replace(/^(`{3,})[^\n]*\n.*?\n\1$/gms, '')
      .replace(/(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
    assert.not.match(outside, /</, text);
  }
});

test.run();
