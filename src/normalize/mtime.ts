import { StillrootError } from '../errors.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

/**
 * clamp: nothing is younger than the epoch, older times stay (packages bring meaningful and
 * reproducible ones). set: everything gets the epoch. keep: as on disk, to whole seconds.
 */
export type MtimePolicy = 'clamp' | 'set' | 'keep';
export const MTIME_POLICIES: readonly MtimePolicy[] = ['clamp', 'set', 'keep'];

/** With a larger value the kernel's 32-bit seconds overflow. */
export const MAX_EPOCH: number = 2 ** 32 - 1;

/** Modification times that an archive can hold, in whole seconds since 1970, and how messages name what holds them. */
export interface MtimeRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly holder: string;
}

/** Of a newc header. A tree that goes into no archive is kept to it too, so that it can be packed later. */
export const NEWC_MTIMES: MtimeRange = { minimum: 0, maximum: MAX_EPOCH, holder: 'a cpio header' };

export interface MtimeSettings {
  readonly mtime: MtimePolicy;
  /** Seconds since 1970, 0..2^32-1. */
  readonly epoch: number;
  /** Of the archive that is written; NEWC_MTIMES where that is not said. */
  readonly mtimes?: MtimeRange;
}

/**
 * The modification time that goes into the archive, in whole seconds. The specification of SOURCE_DATE_EPOCH asks for
 * clamping; a time that the archive cannot hold, such as one before 1970 in newc, becomes the nearest that it can.
 *
 * @throws number-out-of-range where `keep` meets a time that the archive cannot hold
 */
export function normalizeMtime(
  entry: Pick<Entry, 'path' | 'mtime'>,
  { mtime: policy, epoch, mtimes = NEWC_MTIMES }: MtimeSettings,
): number {
  if (policy === 'set') return epoch;
  const { minimum, maximum, holder } = mtimes;
  if (policy === 'clamp') return Math.max(minimum, Math.min(entry.mtime, epoch));
  if (entry.mtime >= minimum && entry.mtime <= maximum) return entry.mtime;
  throw new StillrootError(
    'number-out-of-range',
    `modification time is ${entry.mtime} seconds since 1970, and ${holder} holds ${minimum} to ${maximum}`,
    { where: showPath(entry.path), hint: 'Use --mtime clamp or --mtime set.' },
  );
}
