/** Text written to be mistaken for something else, and what must never appear in any output. */
import fc from 'fast-check';
import * as assert from 'uvu/assert';

/** Begins each line that a stranger's line feed would make. */
const FORGED = 'FORGED';

const PIECES: readonly string[] = [
  `\nstillroot:${FORGED}`,
  `\n${FORGED}`,
  `\r${FORGED}`,
  `\r\n${FORGED}`,
  `\u2028${FORGED}`,
  `\u0085${FORGED}`,
  '\x1b[2J',
  '\x1b]0;title\x07',
  '\x9b2J',
  '\x7f\x08',
  '\u202egpj.exe',
  '\u2066\u200b\ufeff',
  '\u{e0041}\u{e007f}',
  '\ufdd0\ue000\ue000[31m',
  '<x-forged onload=1>',
  '"\' onforged="1',
  '&lt;x-forged&gt;',
  '[forged](x:forged)',
  '![forged](x:forged)',
  '<x:forged>',
  '|forged|',
  '`forged',
  '``forged',
  '*forged*',
  '\\',
  ' ',
  'plain',
  'ä',
];

/** Never empty, no NUL, no slash, and short enough for a name: a file of a tree may be called so. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 })
  .map((pieces) => `x${pieces.join('')}`);

/** All of them at once, for what is tried with one text alone. */
export const ALL_PIECES: string = PIECES.join('');

/** Styles of `printable`, and the beginning of a line of progress. */
const OURS = /\x1b\[\d{1,2}m|\r\x1b\[2K/g;

/** Checks our own text: no untrusted character acts in it, and no line comes from an untrusted line feed. */
export function assertShown(text: string, about: string, hasColor = false): void {
  const plain = text.replace(OURS, hasColor ? '' : '$&');
  const found = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/u.exec(plain);
  if (found !== null) assert.unreachable(`${about}: ${JSON.stringify(around(plain, found.index))}`);
  const line = plain.split('\n').find((each) => /^\W*(?:stillroot:)?FORGED/.test(each));
  if (line !== undefined) assert.unreachable(`${about}: a line of a stranger: ${JSON.stringify(line)}`);
}

/** No tag, attribute or entity that was not escaped. */
export function assertHtml(text: string, about: string): void {
  const found = /<x-|<x:|(?<=<[^>]*)onforged=|&lt;x-forged&gt;(?<!&amp;lt;x-forged&gt;)/.exec(text);
  if (found !== null) assert.unreachable(`${about}: ${JSON.stringify(around(text, found.index))}`);
  const open = text.match(/<(?!!DOCTYPE)[a-z]\w*/g) ?? [];
  for (const tag of new Set(open)) {
    assert.ok(TAGS.has(tag.slice(1)), `${about}: a tag ${tag}`);
  }
}

const TAGS: ReadonlySet<string> = new Set(
  'html head meta title style body main h1 h2 h3 p a span div section details summary pre code strong br ul li table thead tbody tr th td'.split(
    ' ',
  ),
);

/** Links within the report, and where they lead. */
const OUR_LINKS = /\]\(#cause-\d+\)|^<a id="cause-\d+"><\/a>$/g;

/** Outside of code nothing of a stranger's is a link, an image, a tag, emphasis or the end of a cell. */
export function assertMarkdown(text: string, about: string): void {
  let fence = '';
  let bars = 0;
  for (const line of text.split('\n')) {
    const mark = /^(`{3,})[a-z]*$/.exec(line)?.[1];
    if (fence !== '') {
      if (line === fence) fence = '';
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    // GitHub's tables: a bar ends a cell even in a code span, unless a backslash precedes it.
    const isRow = line.startsWith('|');
    const unescaped = line.match(/(?<!\\)\|/g)?.length ?? 0;
    if (isRow && bars !== 0) assert.is(unescaped, bars, `${about}: cells of ${line}`);
    bars = isRow ? unescaped : 0;
    const outside = withoutCode(isRow ? line.replaceAll('\\|', '!') : line).replace(OUR_LINKS, '');
    const found = /[<`]|\]\(|!\[|\*forged/.exec(outside);
    if (found !== null) assert.unreachable(`${about}: ${JSON.stringify(line)}`);
  }
  assert.is(fence, '', `${about}: code that does not end`);
}

/** CommonMark 6.1: a code span ends at as many backticks as it began with; backslashes mean nothing in it. */
function withoutCode(line: string): string {
  let rest = '';
  for (let at = 0; at < line.length; ) {
    const escaped = /^\\[!-/:-@[-`{-~]/.exec(line.slice(at));
    const ticks = /^`+/.exec(line.slice(at))?.[0] ?? '';
    if (escaped !== null) {
      at += 2;
      continue;
    }
    if (ticks === '') {
      rest += line[at];
      at += 1;
      continue;
    }
    const end = new RegExp(`(?<!\`)${ticks}(?!\`)`, 'g');
    end.lastIndex = at + ticks.length;
    const found = end.exec(line);
    if (found === null) return `${rest}${line.slice(at)}`;
    at = found.index + ticks.length;
  }
  return rest;
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 60), at + 60);
}
