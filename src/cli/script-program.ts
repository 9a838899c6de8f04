import type { Program } from './program.ts';

/** `stillroot finalize` as a program of its own. */
export const SCRIPT: Program = {
  name: 'stillroot-finalize',
  about:
    'stillroot-finalize [root] [options]\n\nFinalize script for image builders: makes the tree they built byte-for-byte reproducible.',
  verbs: [
    {
      usage: 'finalize [root]',
      describe: 'Normalize a directory in place',
      load: async () => (await import('./finalize.ts')).finalize,
    },
  ],
  isSingle: true,
};
