import { writeSync } from 'node:fs';
import { stripVTControlCharacters, styleText } from 'node:util';
import type { ProgressStream } from './progress.ts';

/** Where a verb prints. Tests give their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly columns: number;
  readonly isOutTerminal: boolean;
  readonly isErrTerminal: boolean;
  readonly progressStream: ProgressStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    columns: process.stdout.columns ?? 80,
    isOutTerminal: process.stdout.isTTY === true,
    isErrTerminal: process.stderr.isTTY === true,
    progressStream: process.stderr,
    env: process.env,
  };
}

/**
 * Written at once: a report through process.stdout into a pipe may be lost when the process ends. A
 * reader that went away (`| head`) is no failure of ours.
 */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export type ColorChoice = 'auto' | 'always' | 'never';
export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';
export type Paint = (style: Style, text: string) => string;

/** The flag, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function makePaint(choice: ColorChoice, terminal: Terminal, isTerminal: boolean): Paint {
  const { NO_COLOR, FORCE_COLOR } = terminal.env;
  const byEnvironment = NO_COLOR ? false : FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal;
  const isColored = choice === 'auto' ? byEnvironment : choice === 'always';
  return (style, text) =>
    isColored ? styleText(style, text, { validateStream: false }) : stripVTControlCharacters(text);
}
