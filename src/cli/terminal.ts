/** Where verbs print, and what may be printed: text of any origin, and our own styles. */

import { writeSync } from 'node:fs';
import type { Paint, Style } from '../report/terminal.ts';
import { outputFailed } from '../system/files.ts';

/** ECMA-48, 8.3.117: parameters that begin and end a style. */
const STYLES: Readonly<Record<Style, readonly [begin: number, end: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/**
 * Replaces the escape character of our own styles: a noncharacter, then two private ones that no text written before this
 * process started can contain on purpose. Loading `node:crypto` takes a tenth of the time of `--version`.
 */
const SEAL = `\uFDD0${privateCharacter()}${privateCharacter()}`;

function privateCharacter(): string {
  return String.fromCharCode(0xe000 + Math.floor(Math.random() * 0x1900));
}

/** Clears the line of a progress bar, once processed by `printable`. ECMA-48, 8.3.41: erase in line. */
export const ERASE_LINE: string = `${SEAL}[2K`;

/**
 * Our styles, the sequence that erases a line, and everything else that a terminal acts on or does not show, except
 * line feeds and tabs.
 */
const SPECIAL = new RegExp(`${SEAL}(\\[(?:\\d+m|2K))|(?![\\n\\t])[\\p{C}\\p{Zl}\\p{Zp}]`, 'gu');

/** Text with a style that only `printable` turns into a sequence for the terminal. */
export function styled(style: Style, text: string): string {
  const [begin, end] = STYLES[style];
  return `${SEAL}[${begin}m${text}${SEAL}[${end}m`;
}

/**
 * Text that is safe to print. Control, format and private characters in names, targets, fields and messages are shown
 * as `\\uXXXX`, which is the same text in a JSON document. Line feeds pass, since they separate lines: callers that
 * quote untrusted text escape them with showText.
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

/** The part of a stream that the progress bar needs. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly columns?: number;
}

/** Where a verb prints. Tests provide their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True once standard output has no reader; further output is discarded. */
  readonly isOutGone?: boolean;
  readonly columns: number;
  readonly isOutTerminal: boolean;
  /** Descriptor of standard input. */
  readonly input: number;
  readonly isInTerminal: boolean;
  readonly isErrTerminal: boolean;
  readonly progressStream: ProgressStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Seconds since 1970. Only warnings may depend on it. */
  clock(): number;
}

/** The terminal of this process. If the reader closes standard output early, output stops, but not the work. */
export function processTerminal(): Terminal {
  let isOutGone = false;
  return {
    out(text) {
      if (isOutGone) return;
      try {
        isOutGone = !writeAll(1, text);
      } catch (cause) {
        throw outputFailed('standard output', cause);
      }
    },
    err(text) {
      try {
        writeAll(2, text);
      } catch {
        // There is nowhere left to report it; the exit status does not depend on it.
      }
    },
    get isOutGone() {
      return isOutGone;
    },
    // Node loads streams, sockets and terminals when these are first asked for, which a version never does.
    get columns() {
      return process.stdout.columns ?? 80;
    },
    get isOutTerminal() {
      return process.stdout.isTTY === true;
    },
    input: 0,
    get isInTerminal() {
      // The single file also runs on a Node without this call, and its only verb reads no standard input.
      return process.getBuiltinModule?.('node:tty').isatty(0) ?? false;
    },
    get isErrTerminal() {
      return process.stderr.isTTY === true;
    },
    get progressStream() {
      if (process.stderr.listenerCount('error') === 0) {
        // A progress bar on a terminal that is gone does not fail the work.
        process.stderr.on('error', () => {});
      }
      return process.stderr;
    },
    clock: () => Date.now() / 1000,
    env: process.env,
  };
}

/**
 * Written at once: a report through process.stdout into a pipe may be lost when the process ends. A reader that went
 * away (`| head`) is not an error.
 *
 * @returns whether there is a reader
 */
function writeAll(descriptor: number, text: string): boolean {
  const bytes = Buffer.from(text, 'utf8');
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

/** The same terminal, with everything printed to it made printable. */
export function guarded(terminal: Terminal): Terminal {
  let progress: ProgressStream | undefined;
  return Object.create(terminal, {
    out: { value: (text: string) => terminal.out(printable(text)) },
    err: { value: (text: string) => terminal.err(printable(text)) },
    progressStream: {
      get: (): ProgressStream => {
        const { progressStream } = terminal;
        progress ??= Object.create(progressStream, {
          write: { value: (text: string) => progressStream.write(printable(text)) },
        }) as ProgressStream;
        return progress;
      },
    },
  }) as Terminal;
}

export type ColorChoice = 'auto' | 'always' | 'never';

/** The flag, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function makePaint(choice: ColorChoice, terminal: Terminal, isTerminal: boolean): Paint {
  const { NO_COLOR, FORCE_COLOR } = terminal.env;
  const byEnvironment = NO_COLOR ? false : FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal;
  const isColored = choice === 'auto' ? byEnvironment : choice === 'always';
  return isColored ? styled : (_, text) => text;
}
