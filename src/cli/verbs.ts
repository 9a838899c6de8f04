import type { Verb } from './verb.ts';

export const VERBS: readonly Verb[] = [
  {
    usage: 'pack <source>',
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
    usage: 'list <archive>',
    describe: 'List the entries of an archive',
    load: async () => (await import('./list.ts')).list,
  },
  {
    usage: 'rules [action] [arguments..]',
    describe: 'The rules: list, show ID, explain SOURCE PATH',
    load: async () => (await import('./rules.ts')).rules,
  },
];
