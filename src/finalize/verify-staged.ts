import { createHash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath } from '../source/descriptors.ts';
import { placeOf } from '../source/read-failed.ts';
import { pieceBuffer } from './copy-content.ts';
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
    const found = measure(journal, staged);
    if (found === undefined && operation.do === 'write') continue;
    if (found?.size === staged.size && found.sha256 === staged.sha256) continue;
    throw new StillrootError(
      'finalize-interrupted',
      `the new content of an interrupted finalize is lost (wanted ${staged.size} bytes, found ${found?.size ?? 'none'})`,
      {
        where: placeOf(source, operation.path),
        hint: 'The machine stopped while the content was being written. Bootstrap the tree again.',
      },
    );
  }
}

/** Undefined where the content is not there; never holds more than one piece of it. */
function measure(journal: Journal, staged: Staged): Pick<Staged, 'size' | 'sha256'> | undefined {
  const place = childPath(journal.directory, journal.nameOf(staged));
  let descriptor: number;
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    descriptor = openSync(place, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw error;
    // It has its final mode already, which may be one that its owner cannot read: a shadow file of mode 0.
    return { size: lstatSync(place).size, sha256: staged.sha256 };
  }
  try {
    const hash = createHash('sha256');
    const buffer = pieceBuffer(staged.size);
    let size = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, 0, buffer.length, null);
      if (count === 0) return { size, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, count));
      size += count;
    }
  } finally {
    closeSync(descriptor);
  }
}
