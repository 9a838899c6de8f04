import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath } from '../source/descriptors.ts';
import { placeOf } from '../source/read-failed.ts';
import type { Journal } from './journal.ts';
import type { Operation, Staged } from './operation.ts';

/**
 * Before an interrupted run is completed: the contents must be there, whole. Of a file that took its name
 * already nothing is left to look at.
 *
 * @throws finalize-interrupted
 */
export function verifyStaged(source: string, journal: Journal, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.do !== 'write' && operation.do !== 'fill') continue;
    const { staged } = operation;
    const content = contentOf(journal, staged);
    if (content === undefined && operation.do === 'write') continue;
    if (content?.length === staged.size && digest(content) === staged.sha256) continue;
    throw new StillrootError(
      'finalize-interrupted',
      `the new content of an interrupted finalize is lost (wanted ${staged.size} bytes, found ${content?.length ?? 'none'})`,
      {
        where: placeOf(source, operation.path),
        hint: 'The machine stopped while it was written. Bootstrap the tree again.',
      },
    );
  }
}

function contentOf(journal: Journal, staged: Staged): Buffer | undefined {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const descriptor = openSync(childPath(journal.directory, journal.nameOf(staged)), flags);
    try {
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
