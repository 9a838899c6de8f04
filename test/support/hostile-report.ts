import {
  type Block,
  code,
  details,
  facts,
  line,
  lines,
  list,
  paragraph,
  section,
  strong,
  table,
  title,
} from '../../src/report/document.ts';

/** Names as a stranger may choose them: what a terminal, Markdown or HTML would act on. */
export const HOSTILE: readonly string[] = [
  '\x1b[31mred\x1b[0m \x1b]0;title\x07',
  '\u009b2J \u202etxt.exe \u200b \ufeff \u2028 \u2066',
  'two\nlines\r\n# heading\n- item\n```\nfence',
  '`tick` ``two`` ```three``` `',
  '| cell | \\| cell \\',
  '<script>alert(1)</script> <b onclick="x">\'</b> &lt; &#60; <!-- -->',
  '**bold** _emphasis_ ~~gone~~ ![image](http://x) [link](javascript:x) [ref]: /x <http://x>',
  '# heading',
  '- item',
  '1. item',
  '> quotation',
  '=== \\',
  '    indented',
  '"><img src=x>',
];

/** A report that has the text in every place that holds text. */
export function hostileBlocks(text: string): Block[] {
  return [
    title(text, strong(text)),
    line(text),
    paragraph(text, code(text)),
    facts(['name', text], [text, code(text)]),
    table([text], [[text], [code(text)], [{ text, mark: 'warn', note: text }]]),
    list([text, code(text), strong(text)], 2),
    lines('diff', [text]),
    section(text, [details([text, code(text)], [paragraph(text)])]),
  ];
}
