/** In place of cli/bin.ts: there is no other Node to check, and scripts of an executable cannot wait at their top. */
import { getAsset } from 'node:sea';
import { processTerminal } from '../cli/terminal.ts';
import { answerVersion } from '../cli/version.ts';

async function run(argv: readonly string[]): Promise<number> {
  const terminal = processTerminal();
  if (argv.length === 1 && argv[0] === '--licences') {
    terminal.out(getAsset('licences.txt', 'utf8'));
    return 0;
  }
  const status = await answerVersion(argv, false, terminal);
  return status ?? (await import('../cli/start.ts')).start(argv);
}

// Also if the program ends before setting it.
process.exitCode = 2;
void run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
