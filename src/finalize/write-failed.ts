import { StillrootError } from '../errors.ts';
import { JOURNAL_DIRECTORY } from '../source/journal-directory.ts';
import { placeOf } from '../source/read-failed.ts';

const HINTS: Readonly<Record<string, string>> = {
  EROFS:
    'The filesystem is mounted read-only; mount it writable, or use pack, which does not modify the tree.',
  EACCES: 'Run as root, or as the user the tree belongs to.',
  EPERM:
    'Run as root, or as the user the tree belongs to. An immutable file (lsattr shows i) needs chattr -i first.',
  EBUSY: 'Something is mounted there; unmount it, and run finalize again.',
  ENOSPC: 'Free some space: new contents are written before old ones are removed.',
  EDQUOT: 'The quota is exceeded: new contents are written before old ones are removed.',
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
    return new StillrootError('source-changed', `was replaced during finalize: ${what} (${code})`, {
      where,
      hint: 'Make sure that nothing else writes to the tree, and run finalize again.',
      cause,
    });
  }
  return new StillrootError('tree-unwritable', `${what} (${code})`, {
    where,
    hint: HINTS[code] ?? 'Check the filesystem it is on, and run finalize again.',
    cause,
  });
}

/** A failure before anything of the tree was changed, after which the journal's directory could not be removed. */
export function leftBehind(source: string, cause: unknown): unknown {
  if (!(cause instanceof StillrootError)) return cause;
  const where = placeOf(source, JOURNAL_DIRECTORY);
  return new StillrootError(cause.code, cause.message, {
    hint: `The tree was not changed, but ${where} could not be removed: fix that, and run finalize again.`,
    cause,
  });
}
