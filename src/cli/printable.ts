/** What may be printed: text of any origin, and styles that are ours. */
import { randomBytes } from 'node:crypto';
import type { Style } from '../report/terminal.ts';

/** ECMA-48, 8.3.117: parameters that begin and end a style. */
const STYLES: Readonly<Record<Style, readonly [begin: number, end: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** Stands for the escape character of our own styles: a noncharacter, then two private ones that nobody can know. */
const SEAL = `\uFDD0${privateCharacter()}${privateCharacter()}`;

function privateCharacter(): string {
  return String.fromCharCode(0xe000 + (randomBytes(2).readUInt16LE() % 0x1900));
}

/** Begins the line of a progress bar anew, once `printable` has seen it. ECMA-48, 8.3.41: erase in line. */
export const ERASE_LINE: string = `${SEAL}[2K`;

/** Our styles, what erases a line, and all else that a terminal acts on or shows as nothing, but for line feeds and tabs. */
const SPECIAL = new RegExp(`${SEAL}(\\[(?:\\d+m|2K))|(?![\\n\\t])[\\p{C}\\p{Zl}\\p{Zp}]`, 'gu');

/** Text with a style that only `printable` turns into what a terminal understands. */
export function styled(style: Style, text: string): string {
  const [begin, end] = STYLES[style];
  return `${SEAL}[${begin}m${text}${SEAL}[${end}m`;
}

/**
 * Text as it may be printed. Whatever a name, a target, a field or a message holds of control, format and private
 * characters is shown as `\\uXXXX`, which is the same text in a JSON document. Line feeds pass, for lines are made of
 * them: whoever quotes a stranger's text escapes them with showText.
 */
export function printable(text: string): string {
  return text.replace(SPECIAL, (found: string, parameters: string | undefined) =>
    parameters === undefined ? escaped(found) : `${found === ERASE_LINE ? '\r' : ''}\x1b${parameters}`,
  );
}

function escaped(char: string): string {
  return Array.from({ length: char.length }, (_, at) => {
    const unit = char.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
