import { spawnSync } from 'node:child_process';
import type { Entry } from '../tree/entry.ts';

const LETTERS: Readonly<Record<string, string>> = { character: 'c', block: 'b', fifo: 'p' };

/**
 * Makes a device node or FIFO. Node has no mknod(2), so the program of that name does it, in the
 * directory that we hold open.
 *
 * @param directory descriptor
 * @param name of ASCII characters, and of nothing that is there
 * @returns why it could not be made; undefined where it is
 */
export function makeSpecialFile(directory: number, name: string, entry: Entry): string | undefined {
  const path = `/proc/${process.pid}/fd/${directory}/${name}`;
  const numbers = entry.type === 'fifo' ? [] : [String(entry.major), String(entry.minor)];
  const mode = (entry.mode & 0o777).toString(8);
  const { error, status, stderr } = spawnSync(
    'mknod',
    ['-m', mode, path, LETTERS[entry.type] ?? '', ...numbers],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  if (error !== undefined)
    return `the program mknod cannot be run (${(error as NodeJS.ErrnoException).code})`;
  if (status === 0) return undefined;
  // "mknod: PATH: Operation not permitted"; the path says nothing to a user.
  return stderr.trim().replace(/^.*: /s, '') || `mknod ended with status ${status}`;
}
