import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { STILLROOT } from './run-cli.ts';
import type { Scratch } from './temporary.ts';

/** A directory for $PATH with `stillroot` in it, as an installed package would be. */
export function stillrootOnPath(scratch: Scratch): string {
  const directory = scratch.in('bin');
  mkdirSync(directory, { recursive: true });
  const command = /\.[jt]s$/.test(STILLROOT) ? `"${process.execPath}" "${STILLROOT}"` : `"${STILLROOT}"`;
  writeFileSync(`${directory}/stillroot`, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(`${directory}/stillroot`, 0o755);
  return directory;
}
