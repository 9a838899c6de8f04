import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../errors.ts';

/**
 * Makes a directory and those above it that are missing, as `mkdir -p` does. Node's own way of doing so never ends
 * where a directory cannot be made in one that exists and the system says ENOENT, as in /proc.
 *
 * @param mode of each one that is made, less the umask
 * @throws what the system says; EEXIST where something else has the name
 */
export function makeDirectories(path: string, mode: number = 0o777): void {
  const missing: string[] = [];
  for (let each = path; !make(each, mode, dirname(each) !== each); each = dirname(each)) missing.push(each);
  for (const each of missing.reverse()) make(each, mode, false);
}

/** @returns false where one above it is missing and there is one above it to be made */
function make(path: string, mode: number, hasParent: boolean): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' && hasParent) return false;
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return true;
    throw error;
  }
}
