import { StillrootError } from '../errors.ts';
import { JOURNAL_DIRECTORY } from '../source/journal-directory.ts';
import { placeOf } from '../source/read-failed.ts';

const HINTS: Readonly<Record<string, string>> = {
  EROFS: 'The filesystem is mounted read-only; mount it writable, or use pack, which leaves the tree alone.',
  EACCES: 'Run as root, or as the user the tree belongs to.',
  EPERM:
    'Run as root, or as the user the tree belongs to. A file with the attribute immutable (lsattr shows i) needs chattr -i first.',
  EBUSY: 'Something is mounted there; unmount it, and run finalize again.',
  ENOSPC: 'Free some space: new contents are written before old ones go.',
  EDQUOT: 'The quota is used up: new contents are written before old ones go.',
};

const REPLACED: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'EISDIR',
  'ENOTEMPTY',
  'ESTALE',
]);

/** What a failed change to the tree means to a user; anything that is no failure of the system is given back. */
export function writeFailed(source: string, path: string, what: string, cause: unknown): unknown {
  if (cause instanceof StillrootError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  const where = placeOf(source, path);
  if (REPLACED.has(code)) {
    return new StillrootError(
      'source-changed',
      `was replaced while the tree was changed: ${what} (${code})`,
      {
        where,
        hint: 'Work on a tree that nothing else writes to, and run finalize again.',
        cause,
      },
    );
  }
  return new StillrootError('tree-unwritable', `${what} (${code})`, {
    where,
    hint: HINTS[code] ?? 'Check the filesystem it lies on, and run finalize again.',
    cause,
  });
}

/** A failure before anything of the tree was changed, after which the journal's directory could not be removed. */
export function leftBehind(source: string, cause: unknown): unknown {
  if (!(cause instanceof StillrootError)) return cause;
  const where = placeOf(source, JOURNAL_DIRECTORY);
  return new StillrootError(cause.code, cause.message, {
    hint: `Nothing of the tree was changed, but ${where} could not be removed: run finalize again when that is mended.`,
    cause,
  });
}
