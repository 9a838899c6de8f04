/** One self-contained page of HTML: no script, nothing to fetch, and the same bytes for the same content. */
import { STYLE } from './style.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] as string);
}

/**
 * @param title text
 * @param body HTML
 * @param style more rules of CSS, for what only this page has
 */
export function htmlPage(title: string, body: readonly string[], style = ''): string {
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>\n${STYLE}${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...body,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** A table that scrolls on its own where the window is narrow. Cells are HTML. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  const top = head.length === 0 ? [] : [`<thead>${line(head, 'th')}</thead>`];
  return [
    '<div class="wide"><table>',
    ...top,
    '<tbody>',
    ...rows.map((row) => line(row, 'td')),
    '</tbody></table></div>',
  ].join('\n');
}

/** What is folded until somebody asks. @param summary HTML */
export function htmlDetails(summary: string, body: string, isOpen = false): string {
  return `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>\n${body}\n</details>`;
}
