/** What several test files need and none changes: the first that asks makes it, for all files of one run. */
import { createHash } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { succeed } from './run-command.ts';
import { Scratch } from './temporary.ts';

/** Names the directory of a run to the processes that run.ts starts. */
export const SHARED_DIRECTORY = 'STILLROOT_TEST_SHARED';

/** Milliseconds between two looks at whether another process is ready. */
const INTERVAL = 200;

let own: Scratch | undefined;

/** A path in the directory of this run. A file that is run without run.ts has a directory of its own. */
export function sharedPath(name: string): string {
  const directory = process.env[SHARED_DIRECTORY];
  if (directory !== undefined) return `${directory}/${name}`;
  own ??= new Scratch('shared', '/var/tmp');
  return own.in(name);
}

/**
 * Makes a file or directory unless it is there already; returns its path. One process makes it while others wait. It
 * appears whole: what a process leaves that failed or was killed is removed, and the next one begins anew.
 *
 * @param make gets the path to write to, whose directory exists
 */
export async function madeOnce(path: string, make: (path: string) => Promise<void>): Promise<string> {
  while (!existsSync(path)) {
    const lock = await takeLock(path);
    if (lock === undefined) {
      await wait(INTERVAL);
      continue;
    }
    try {
      if (!existsSync(path)) await makeWhole(path, make);
    } finally {
      lock.close();
    }
  }
  return path;
}

async function makeWhole(path: string, make: (path: string) => Promise<void>): Promise<void> {
  const part = `${path}.part`;
  // A bootstrap that failed can leave /proc mounted.
  const clear = (): Promise<string> => succeed(['rm', '-rf', '--one-file-system', part]);
  await clear();
  try {
    await make(part);
  } catch (error) {
    await clear();
    throw error;
  }
  renameSync(part, path);
}

/** The name of an abstract socket (unix(7)), which the kernel takes away when its process ends; undefined where it is taken. */
function takeLock(path: string): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    // Of a path, which may be longer than such a name can be.
    const name = createHash('sha256').update(path).digest('hex');
    server.listen(`\0stillroot-test-${name}`, () => resolve(server.unref()));
  });
}
