import type { Verb } from './verb.ts';

export const VERBS: readonly Verb[] = [
  {
    usage: 'pack [source]',
    describe: 'Write a normalized archive of a tree',
    load: async () => (await import('./pack.ts')).pack,
  },
  {
    usage: 'finalize [root]',
    describe: 'Normalize a directory in place; the finalize script of image builders',
    load: async () => (await import('./finalize.ts')).finalize,
  },
  {
    usage: 'check <source>',
    describe: 'List what pack would change, and why; write nothing',
    load: async () => (await import('./check.ts')).check,
  },
  {
    usage: 'diff <a> <b>',
    describe: 'Say why two trees or archives differ, and what makes them equal',
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    usage: 'verify <manifest> <file>',
    describe: 'Say whether an image is the one that a manifest describes',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    usage: 'reproduce <manifest> [source]',
    describe: 'Make an image again from its manifest, and compare',
    load: async () => (await import('./reproduce.ts')).reproduce,
  },
  {
    usage: 'bench [source]',
    describe: 'Find out which packers give one archive whatever varies, and how fast',
    load: async () => (await import('./bench.ts')).bench,
  },
  {
    usage: 'packages <source>',
    describe: 'List the installed packages, or write a bill of materials',
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
    describe: 'The rules: list, show ID, explain SOURCE PATH',
    load: async () => (await import('./rules.ts')).rules,
  },
  {
    usage: 'cache <action>',
    describe: 'The cache of finished blocks: info, clear',
    load: async () => (await import('./cache.ts')).cache,
  },
  {
    usage: 'hook [builder]',
    describe: 'Print the script or lines that make an image builder call finalize',
    load: async () => (await import('./hook.ts')).hook,
  },
];
