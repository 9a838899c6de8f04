import { StillrootError } from '../errors.ts';
import { MAX_FIELD } from '../formats/cpio/newc.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

/**
 * clamp: nothing is younger than the epoch, older times stay (packages bring meaningful and
 * reproducible ones). set: everything gets the epoch. keep: as on disk, to whole seconds.
 */
export type MtimePolicy = 'clamp' | 'set' | 'keep';
export const MTIME_POLICIES: readonly MtimePolicy[] = ['clamp', 'set', 'keep'];

/** With a larger value the kernel's 32-bit seconds overflow. */
export const MAX_EPOCH: number = MAX_FIELD;

/**
 * The modification time that goes into the archive: whole seconds, 0..2^32-1. The specification of
 * SOURCE_DATE_EPOCH asks for clamping; times before 1970, which newc cannot hold, become 0.
 *
 * @throws number-out-of-range where `keep` meets a time that newc cannot hold
 */
export function normalizeMtime(entry: Entry, policy: MtimePolicy, epoch: number): number {
  if (policy === 'set') return epoch;
  if (policy === 'clamp') return Math.max(0, Math.min(entry.mtime, epoch));
  if (entry.mtime >= 0 && entry.mtime <= MAX_FIELD) return entry.mtime;
  throw new StillrootError(
    'number-out-of-range',
    `modification time is ${entry.mtime} seconds since 1970, and a cpio header holds 0 to ${MAX_FIELD}`,
    { where: showPath(entry.path), hint: 'Use --mtime clamp or --mtime set.' },
  );
}
