/** In place of cli/bin.ts: there is no other Node to check, and scripts of an executable cannot wait at their top. */
import { getAsset } from 'node:sea';
import { catchCrashes } from '../cli/failure-text.ts';
import { main } from '../cli/main.ts';
import { processTerminal } from '../cli/terminal.ts';

const argv = process.argv.slice(2);
// Also if the program ends before setting it.
process.exitCode = 2;
catchCrashes(argv);
if (argv.length === 1 && argv[0] === '--licences') {
  processTerminal().out(getAsset('licences.txt', 'utf8'));
  process.exitCode = 0;
} else {
  void main(argv).then((status) => {
    process.exitCode = status;
  });
}
