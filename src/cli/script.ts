/**
 * Entry of the single file, `stillroot-finalize.mjs`. Image builders may start it with any Node, so
 * nothing is imported before the check.
 */
const OLDEST_MAJOR = 20;

async function start(): Promise<number> {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) < OLDEST_MAJOR) {
    console.error(`stillroot needs Node.js ${OLDEST_MAJOR} or newer (you have ${node}).`);
    return 2;
  }
  process.exitCode = 2;
  const { catchCrashes } = await import('./crash.ts');
  catchCrashes(process.argv.slice(2));
  const { runProgram } = await import('./command-line.ts');
  const { processTerminal } = await import('./terminal.ts');
  const { SCRIPT } = await import('./script-program.ts');
  return runProgram(SCRIPT, process.argv.slice(2), processTerminal());
}

void start().then((status) => {
  process.exitCode = status;
});
