/** In place of node:util for our own files: Node has `styleText` since 20.12, and the single file asks for 20. */
import * as util from 'node:util';

export const stripVTControlCharacters: typeof util.stripVTControlCharacters = util.stripVTControlCharacters;
export const getSystemErrorName: typeof util.getSystemErrorName = util.getSystemErrorName;

/** Codes of ECMA-48, "select graphic rendition": on and off. */
const CODES: Readonly<Record<string, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** `util.styleText` of newer Nodes, for the styles used here. */
export function styleText(style: string, text: string): string {
  const [on, off] = CODES[style] ?? [0, 0];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
