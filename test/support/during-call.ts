/**
 * Preloaded into a real process by `--import`: at the first call of node:fs whose name and arguments, as text, match
 * $DURING_CALL, just before it happens, the process gets the signal $DURING_CALL_SIGNAL, and runs itself with the arguments
 * $DURING_CALL_ARGUMENTS (JSON), whose status and errors go to standard error.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { DURING_CALL, DURING_CALL_SIGNAL, DURING_CALL_ARGUMENTS, ...env } = process.env;
const wanted = new RegExp(DURING_CALL ?? '$.');
const calls = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
let isDone = false;

for (const name of ['openSync', 'renameSync', 'rmdirSync', 'unlinkSync']) {
  const real = calls[name] as (...args: unknown[]) => unknown;
  calls[name] = (...args) => {
    const places = args.filter((argument) => typeof argument !== 'number').map(String);
    if (!isDone && wanted.test([name, ...places].join(' '))) {
      isDone = true;
      interfere();
    }
    return real(...args);
  };
}
syncBuiltinESMExports();

function interfere(): void {
  if (DURING_CALL_ARGUMENTS !== undefined) {
    const args = [process.argv[1] as string, ...(JSON.parse(DURING_CALL_ARGUMENTS) as string[])];
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    process.stderr.write(`status ${status}\n${stderr}`);
  }
  if (DURING_CALL_SIGNAL !== undefined) process.kill(process.pid, DURING_CALL_SIGNAL as NodeJS.Signals);
}
