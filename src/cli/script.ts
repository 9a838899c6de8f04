/**
 * Entry of the single file, `stillroot-finalize.mjs`. Image builders may start it with any Node, so
 * nothing is imported before the check.
 */
import type { Program } from './verb.ts';

const OLDEST_MAJOR = 20;

/** `stillroot finalize` as a separate program. */
const SCRIPT: Program = {
  name: 'stillroot-finalize',
  about:
    'stillroot-finalize [ROOT] [options]\n\nFinalize script for image builders: makes the tree they built byte-for-byte reproducible.',
  verbs: [
    {
      usage: 'finalize [ROOT]',
      group: 'Make an image',
      describe: 'Normalize a directory in place',
      load: async () => (await import('./finalize.ts')).finalize,
    },
  ],
  isSingle: true,
};

async function start(): Promise<number> {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) < OLDEST_MAJOR) {
    console.error(`stillroot needs Node.js ${OLDEST_MAJOR} or newer (you have ${node}).`);
    return 2;
  }
  process.exitCode = 2;
  const { doWithoutMaglev } = await import('../system/compilers.ts');
  doWithoutMaglev();
  const { catchCrashes } = await import('./failures.ts');
  catchCrashes(process.argv.slice(2));
  const { runProgram } = await import('./run-program.ts');
  const { processTerminal } = await import('./terminal.ts');
  return runProgram(SCRIPT, process.argv.slice(2), processTerminal());
}

void start().then((status) => {
  process.exitCode = status;
});
