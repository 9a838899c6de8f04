/** Reports as one self-contained page: no scripts, nothing to fetch, and the same bytes for the same report. */
import { formatCount, showText } from '../text/format.ts';
import { type Block, BREAK, type List, type Run, runsOf, type Table, type Text } from './document.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Lines of a `diff` by their first character. */
const DIFF_CLASSES: Readonly<Record<string, string>> = { '-': 'a', '+': 'b', '@': 'place' };

/** Light or dark as the reader prefers, readable on a phone and on paper; `.bars` and the like are table layouts. */
const STYLE = `:root {
  color-scheme: light dark;
  --text: #1c1f23; --quiet: #59626c; --ground: #ffffff; --raised: #f3f5f7; --line: #d5dae0;
  --good: #17693a; --warn: #8a5300; --bad: #b3261e; --link: #1a5fb4; --added: #e3f4e8; --removed: #fce8e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e7ea; --quiet: #9aa4af; --ground: #16191d; --raised: #20252b; --line: #3a424b;
    --good: #7bd29b; --warn: #f0b860; --bad: #ff8f86; --link: #8ab8ff; --added: #17331f; --removed: #3d1d1b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 0.6rem; }
h3 { font-size: 1.05rem; margin: 0 0 0.3rem; overflow-wrap: anywhere; }
a { color: var(--link); }
p { margin: 0.4rem 0; overflow-wrap: anywhere; }
code, pre { font: 0.875em/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
h3 > code { font-weight: 700; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 0.6rem 0.75rem; overflow-x: auto; margin: 0.5rem 0; }
pre:not(.diff) { white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; }
section { border-top: 1px solid var(--line); padding: 1rem 0 0.4rem; }
section:has(> h2) { border: 0; padding: 0; }
ul { padding-left: 1.25rem; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; color: var(--link); }
.quiet { color: var(--quiet); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.good, .warn, .bad { font-weight: 600; }
.diff span { display: block; min-height: 1.45em; min-width: 100%; width: max-content; }
.diff .a { background: var(--removed); } .diff .b { background: var(--added); } .diff .place { color: var(--quiet); }
.facts table { width: auto; }
.facts td { border: 0; padding-block: 0.1rem; }
.facts td:first-child { color: var(--quiet); white-space: nowrap; }
.causes a { overflow-wrap: break-word; }
.matrix table { font-size: 0.8rem; border-collapse: separate; border-spacing: 2px; width: auto; }
.matrix th, .matrix td { padding: 0.15rem 0.4rem; border: 0; white-space: nowrap; }
.matrix tbody td:first-child, .matrix thead th:first-child { position: sticky; left: 0; background: var(--ground); z-index: 1; }
.matrix thead th { vertical-align: bottom; }
.matrix td span { display: block; padding: 0.1rem 0.35rem; border-radius: 3px; background: var(--raised); }
.matrix td .good { background: var(--added); font-weight: 400; }
.matrix td .bad { background: var(--removed); }
.matrix td .warn { font-weight: 400; outline: 1px dashed var(--warn); outline-offset: -1px; }
.bars { margin-block: 0.8rem 1.2rem; }
.bars table { table-layout: fixed; }
.bars th { white-space: nowrap; }
.bars td { vertical-align: middle; border: 0; padding-block: 0.1rem; overflow-wrap: anywhere; }
.bars td:nth-child(2) { width: 60%; }
.bar { display: block; height: 0.8rem; min-width: 2px; border-radius: 2px; background: var(--link); }
.stack td:first-child { min-width: 13rem; }
@media (min-width: 40.01rem) { .causes th, .causes td:nth-child(n + 4) { white-space: nowrap; } }
@media (min-width: 70rem) { .matrix { width: calc(50vw + 29.75rem); } }
@media (max-width: 40rem) {
  main { padding: 0.75rem; }
  h1 { font-size: 1.3rem; }
  td, th { padding-right: 0.6rem; }
  .causes table { font-size: 0.9rem; }
  .causes th:nth-child(3), .causes td:nth-child(3) { display: none; }
  .facts table { width: auto; }
.facts td { border: 0; padding-block: 0.1rem; }
.facts td:first-child { color: var(--quiet); white-space: nowrap; }
.causes a { overflow-wrap: break-word; }
.matrix table { font-size: 0.72rem; }
  .bars td:nth-child(2) { width: 35%; }
  .stack table, .stack tbody, .stack tr, .stack td { display: block; padding-right: 0; }
  .stack thead { display: none; }
  .stack td { border: 0; padding-block: 0.1rem; }
  .stack tr { border-bottom: 1px solid var(--line); padding-block: 0.5rem; }
}
@media print { details > * { display: block; } pre { white-space: pre-wrap; } }
`;

/** @param name of the page */
export function renderHtml(name: string, blocks: readonly Block[]): string {
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(name)}</title>`,
    `<style>\n${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...parts(blocks, 2),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function parts(blocks: readonly Block[], level: number): string[] {
  return blocks.map((block) => part(block, level)).filter((html) => html !== '');
}

function part(block: Block, level: number): string {
  switch (block.kind) {
    case 'title':
      return `<h1>${inline(block.text)}</h1>`;
    case 'line':
    case 'paragraph':
      return `<p>${inline(block.text)}</p>`;
    case 'facts':
      return tableHtml({ kind: 'table', head: [], rows: block.rows, layout: 'facts' });
    case 'table':
      return tableHtml(block);
    case 'list':
      return listHtml(block);
    case 'code':
      return block.language === 'diff'
        ? `<pre class="diff">${block.lines.map(diffLine).join('')}</pre>`
        : `<pre>${block.lines.map(escapeHtml).join('\n')}</pre>`;
    case 'section': {
      const { heading, body, id } = block;
      const html = [`<h${level}>${inline(heading)}</h${level}>`, ...parts(body, level + 1)];
      return (id === undefined ? html : [`<section id="${id}">`, ...html, '</section>']).join('\n');
    }
    case 'details': {
      const { summary, body, isOpen } = block;
      const head = `<details${isOpen ? ' open' : ''}><summary>${inline(summary)}</summary>`;
      return [head, ...parts(body, level), '</details>'].join('\n');
    }
    case 'indented':
      return parts(block.body, level).join('\n');
    case 'gap':
      return '';
  }
}

/** A table scrolls by itself if the window is narrow. */
function tableHtml({ head, rows, layout }: Table): string {
  const row = (cells: readonly Text[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join('')}</tr>`;
  return [
    `<div class="${layout === undefined ? 'wide' : `wide ${layout}`}"><table>`,
    ...(head.length === 0 ? [] : [`<thead>${row(head, 'th')}</thead>`]),
    '<tbody>',
    ...rows.map((cells) => row(cells, 'td')),
    '</tbody></table></div>',
  ].join('\n');
}

function listHtml({ items, hidden }: List): string {
  const more = hidden === 0 ? [] : [`<li>and ${formatCount(hidden)} more</li>`];
  return ['<ul>', ...items.map((item) => `<li>${inline(item)}</li>`), ...more, '</ul>'].join('\n');
}

function diffLine(line: string): string {
  const kind = DIFF_CLASSES[line.charAt(0)];
  return `<span${kind === undefined ? '' : ` class="${kind}"`}>${escapeHtml(line)}</span>`;
}

function inline(text: Text): string {
  return runsOf(text)
    .map((run) => (run === BREAK ? '<br>' : span(run)))
    .join('');
}

function span({ text, mark, to, file, note, share }: Run): string {
  if (share !== undefined) return `<span class="bar" style="width:${(100 * share).toFixed(1)}%"></span>`;
  const shown = escapeHtml(text);
  const title = note === undefined ? '' : ` title="${escapeHtml(note)}"`;
  if (to !== undefined) return `<a href="#${to}">${shown}</a>`;
  // With ./, a name with a colon is no scheme.
  if (file !== undefined) return `<a href="./${escapeHtml(encodeURIComponent(file))}">${shown}</a>`;
  if (mark === undefined) return shown;
  if (mark === 'strong' || mark === 'code') return `<${mark}>${shown}</${mark}>`;
  return `<span class="${mark}"${title}>${shown}</span>`;
}

/** For text between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return showText(text).replace(/[&<>"']/g, (char) => ENTITIES[char] as string);
}
