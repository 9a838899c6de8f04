import { runProgram } from './run-program.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import type { Program, Verb } from './verb.ts';

export const VERBS: readonly Verb[] = [
  {
    usage: 'pack [source]',
    describe: 'Write a normalized archive of a tree',
    load: async () => (await import('./pack.ts')).pack,
  },
  {
    usage: 'finalize [root]',
    describe: 'Normalize a directory in place, as the last step of an image builder',
    load: async () => (await import('./finalize.ts')).finalize,
  },
  {
    usage: 'check <source>',
    describe: 'List what pack would change, and why, without writing anything',
    load: async () => (await import('./check.ts')).check,
  },
  {
    usage: 'diff <a> <b>',
    describe: 'Explain why two trees or archives differ, and how to make them equal',
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    usage: 'verify <manifest> <file>',
    describe: 'Check whether an image is the one that a manifest describes',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    usage: 'reproduce <manifest> [source]',
    describe: 'Rebuild an image from its manifest, and compare',
    load: async () => (await import('./reproduce.ts')).reproduce,
  },
  {
    usage: 'bench [source]',
    describe: 'Test which packers are deterministic, and how fast they are',
    load: async () => (await import('./bench.ts')).bench,
  },
  {
    usage: 'packages <source>',
    describe: 'List the installed packages, or write a software bill of materials',
    load: async () => (await import('./packages.ts')).packages,
  },
  {
    usage: 'list <archive> [patterns..]',
    describe: 'List the entries of an archive',
    load: async () => (await import('./list.ts')).list,
  },
  {
    usage: 'extract <archive> [patterns..]',
    describe: 'Write the entries of an archive into a directory',
    load: async () => (await import('./extract.ts')).extract,
  },
  {
    usage: 'rules [action] [arguments..]',
    describe: 'Show the rules: list, show ID, explain SOURCE PATH',
    load: async () => (await import('./rules.ts')).rules,
  },
  {
    usage: 'cache <action>',
    describe: 'Show or clear the cache of compressed blocks',
    load: async () => (await import('./cache.ts')).cache,
  },
  {
    usage: 'hook [builder]',
    describe: 'Print the script or the lines that make an image builder run finalize',
    load: async () => (await import('./hook.ts')).hook,
  },
];

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
