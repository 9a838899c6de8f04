import type { Block } from '../../src/report/document.ts';
import { renderTerminal } from '../../src/report/terminal.ts';

/** A report as a terminal without colours shows it, its lines. */
export function plainLines(blocks: readonly Block[], columns = 100): string[] {
  return renderTerminal(blocks, (_, text) => text, columns)
    .split('\n')
    .slice(0, -1);
}
