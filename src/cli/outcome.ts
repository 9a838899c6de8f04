/** What a verb found, and the one place that prints it. */
import { documentText } from '../json/document.ts';
import type { Block } from '../report/document.ts';
import { renderTerminal } from '../report/terminal.ts';
import { showText } from '../text/format.ts';
import { type ColorChoice, makePaint, type Terminal } from './terminal.ts';

export interface Outcome {
  /** The exit status. */
  readonly status: number;
  /** What --json prints. */
  readonly document: () => object;
  readonly report: () => readonly Block[];
  /** Whether the report is what was asked for itself, which --quiet does not hide. */
  readonly isAnswer?: boolean;
  /** The part of the report that --quiet does not hide; it goes to standard error. */
  readonly essentials?: () => readonly Block[];
  /** What goes to standard error after the report, unless it is not wanted. */
  readonly warnings?: readonly string[];
  /** Whether standard output has an archive, so that reports go to standard error. */
  readonly isOutTaken?: boolean;
}

/** Prints messages to standard error, a line each, escaped for a terminal. */
export function printWarnings(messages: readonly string[], terminal: Terminal): void {
  for (const message of messages) terminal.err(`stillroot: warning: ${showText(message)}\n`);
}

/**
 * Prints what a verb returned: its report or, with `--json`, its document; the only place that prints
 * results.
 */
export function printOutcome(
  { document, report, isAnswer = false, essentials, warnings = [], isOutTaken = false }: Outcome,
  { json, quiet, color }: { readonly json: boolean; readonly quiet: boolean; readonly color: ColorChoice },
  terminal: Terminal,
): void {
  const isHidden = quiet && !isAnswer;
  const toErr = isOutTaken || (isHidden && !json);
  const print = toErr ? terminal.err : terminal.out;
  if (json) {
    print(documentText(document()));
    return;
  }
  const blocks = isHidden ? (essentials?.() ?? []) : report();
  if (blocks.length === 0) return;
  const paint = makePaint(color, terminal, toErr ? terminal.isErrTerminal : terminal.isOutTerminal);
  print(renderTerminal(blocks, paint, terminal.columns));
  if (!quiet) printWarnings(warnings, terminal);
}
