import { runProgram } from './run-program.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import type { Program, Verb } from './verb.ts';

export const VERBS: readonly Verb[] = [
  {
    usage: 'pack SOURCE -o FILE',
    group: 'Make an image',
    describe: 'Write a normalized archive of a tree',
    load: async () => (await import('./pack.ts')).pack,
  },
  {
    usage: 'finalize [ROOT]',
    group: 'Make an image',
    describe: 'Normalize a directory in place, as the last step of an image builder',
    load: async () => (await import('./finalize.ts')).finalize,
  },
  {
    usage: 'check SOURCE',
    group: 'Make an image',
    describe: 'List what pack would change, and why, without writing anything',
    load: async () => (await import('./check.ts')).check,
  },
  {
    usage: 'diff A B',
    group: 'Compare',
    describe: 'Explain why two trees or archives differ, and how to make them equal',
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    usage: 'verify MANIFEST [FILE]',
    group: 'Compare',
    describe: 'Check whether an image is the one that a manifest describes',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    usage: 'reproduce MANIFEST [SOURCE]',
    group: 'Compare',
    describe: 'Rebuild an image from its manifest, and compare',
    load: async () => (await import('./reproduce.ts')).reproduce,
  },
  {
    usage: 'bench SOURCE',
    group: 'Compare',
    describe: 'Test which packers are reproducible, and how fast they are',
    load: async () => (await import('./bench.ts')).bench,
  },
  {
    usage: 'packages SOURCE',
    group: 'Look into one',
    describe: 'List the installed packages, or write a software bill of materials',
    load: async () => (await import('./packages.ts')).packages,
  },
  {
    usage: 'list ARCHIVE [PATTERN...]',
    group: 'Look into one',
    describe: 'List the entries of an archive',
    load: async () => (await import('./list.ts')).list,
  },
  {
    usage: 'extract ARCHIVE [PATTERN...] -C DIR',
    group: 'Look into one',
    describe: 'Write the entries of an archive into a directory',
    load: async () => (await import('./extract.ts')).extract,
  },
  {
    usage: 'rules [ACTION] [ARGUMENT...]',
    group: 'Look into one',
    describe: 'Show the rules: list, show ID, explain SOURCE PATH',
    load: async () => (await import('./rules.ts')).rules,
  },
  {
    usage: 'index DIRECTORY --base-url URL',
    group: 'Other',
    describe: 'List the images of a directory for rebuilders, and write a page about them',
    load: async () => (await import('./index-images.ts')).indexVerb,
  },
  {
    usage: 'cache ACTION',
    group: 'Other',
    describe: 'Show or clear the cache of compressed blocks',
    load: async () => (await import('./cache.ts')).cache,
  },
  {
    usage: 'hook [BUILDER]',
    group: 'Other',
    describe: 'Print the script or the lines that make an image builder run finalize',
    load: async () => (await import('./hook.ts')).hook,
  },
  {
    usage: 'completion [SHELL]',
    group: 'Other',
    describe: 'Print a completion script for bash, zsh or fish',
    load: async () => (await import('./completion-verb.ts')).completionVerb(STILLROOT),
  },
  {
    usage: 'help [COMMAND]',
    group: 'Other',
    describe: 'Explain a command, or print the manual page',
    load: async () => (await import('./help-verb.ts')).helpVerb(STILLROOT),
  },
  {
    usage: 'version',
    group: 'Other',
    describe: 'Print the versions that decide output bytes',
    load: async () => (await import('./version-verb.ts')).version,
  },
];

const STILLROOT: Program = {
  name: 'stillroot',
  about:
    'stillroot COMMAND [options]\n\nMakes a Linux root filesystem byte-for-byte reproducible, and packs it as a cpio or tar archive or a container image.',
  start: [
    ['stillroot check rootfs', 'what would change, and why'],
    [
      'stillroot pack rootfs -o rootfs.cpio.xz',
      'write it; the same tree gives the same SHA-256, wherever and whenever',
    ],
  ],
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
