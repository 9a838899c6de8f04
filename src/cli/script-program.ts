import type { Program } from './program.ts';

/** `stillroot finalize` as a program of its own. */
export const SCRIPT: Program = {
  name: 'stillroot-finalize',
  about:
    'stillroot-finalize [root] [options]\n\nThe finalize script of image builders: makes the tree that a builder has made hold still.',
  verbs: [
    {
      usage: 'finalize [root]',
      describe: 'Normalize a directory in place',
      load: async () => (await import('./finalize.ts')).finalize,
    },
  ],
  isSingle: true,
};
