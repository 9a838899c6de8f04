import { runProgram } from './command-line.ts';
import type { Program } from './program.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { VERBS } from './verbs.ts';

const STILLROOT: Program = {
  name: 'stillroot',
  about:
    'stillroot COMMAND [options]\n\nMakes a Linux root filesystem byte-for-byte reproducible, and packs it as a cpio.xz.',
  verbs: VERBS,
  isSingle: false,
};

/**
 * Runs one command line of stillroot and returns its exit status.
 *
 * @param argv without the names of node and script
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  return runProgram(STILLROOT, argv, terminal);
}
