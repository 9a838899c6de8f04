import { BOOT_CONFIG } from '../app/list-archive.ts';
import type { Warning } from '../source/source.ts';
import { showText } from '../text/format.ts';
import type { Terminal } from './terminal.ts';

/** Text is printed in pieces of about this many characters. */
const PIECE = 64 * 1024;

/** Prints in pieces, and stops once the reader is gone (`| head`). */
export class Printer {
  readonly #terminal: Terminal;
  #text = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  print(text: string): void {
    this.#text += text;
    if (this.#text.length >= PIECE) this.flush();
  }

  flush(): void {
    this.#terminal.out(this.#text);
    this.#text = '';
    if (this.#terminal.isOutGone === true) throw READER_GONE;
  }
}

/** What a printer throws once the reader is gone. */
export const READER_GONE: Error = new Error('standard output is closed');

/** Prints warnings about an archive to standard error, a line each; a boot configuration is only a note. */
export function printWarnings(warnings: readonly Warning[], terminal: Terminal): void {
  for (const { code, message } of warnings) {
    terminal.err(`stillroot: ${code === BOOT_CONFIG ? 'note' : 'warning'}: ${showText(message)}\n`);
  }
}
