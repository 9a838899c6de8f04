import { StillrootError } from '../errors.ts';
import { placeOf } from '../source/read-failed.ts';

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Extract as a user who can write there.',
  EPERM: 'Extract as a user who can write there.',
  EROFS: 'The filesystem is mounted read-only.',
  ENOSPC: 'Free some space, or extract elsewhere.',
  EDQUOT: 'The quota is exceeded; extract elsewhere.',
  ENAMETOOLONG: 'The filesystem does not allow such a long name.',
  EFBIG: 'The filesystem or ulimit -f does not allow such a large file.',
};

/** What a failed call means to a user; anything that is no failure of the system is given back. */
export function extractFailed(directory: string, path: string, what: string, cause: unknown): unknown {
  if (cause instanceof StillrootError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new StillrootError('output-failed', `${what} (${code})`, {
    where: placeOf(directory, path),
    hint: HINTS[code] ?? 'Check the filesystem it is on.',
    cause,
  });
}

export function alreadyThere(directory: string, path: string, what: string): StillrootError {
  return new StillrootError('output-exists', `${what} already exists`, {
    where: placeOf(directory, path),
    hint: '--force replaces files, but not directories.',
  });
}
