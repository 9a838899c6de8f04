import { lackOfSystem, StillrootError } from '../errors.ts';

const OUTPUT_HINTS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['its directory does not exist', 'Make the directory first.'],
  ENOTDIR: ['its directory is not a directory', 'Name a file in a directory that exists.'],
  ENOSPC: ['no space is left on the device', 'Free some, or write elsewhere.'],
  EDQUOT: ['the disk quota is used up', 'Free some, or write elsewhere.'],
  EFBIG: ['the file would be larger than the filesystem or the ulimit allows', 'Write elsewhere.'],
  ENAMETOOLONG: ['its name is too long for the filesystem', 'Choose a shorter one.'],
  ELOOP: ['is reached by symlinks that lead in a circle', 'Name a file that does not lead through them.'],
  EACCES: ['cannot be written (EACCES)', 'Choose a directory that you may write to.'],
  EROFS: ['lies on a read-only filesystem', 'Write elsewhere.'],
  EPERM: [
    'cannot be replaced (EPERM)',
    "It is immutable, or another user's in a sticky directory: choose another name.",
  ],
  EBUSY: ['is in use (EBUSY)', 'Something is mounted from it or on it.'],
  EIO: ['cannot be written (EIO)', 'The device reports an error: see the log of the kernel.'],
  EPIPE: ['whoever read the output stopped reading', 'Look at the command behind the pipe.'],
};

/** What went wrong with an output, for a user; anything that is no failure of the system is given back. */
export function outputFailed(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined || cause instanceof StillrootError) return cause;
  const lack = lackOfSystem(cause);
  const [what, hint] = OUTPUT_HINTS[code] ??
    (lack && [lack.what, lack.hint]) ?? [`cannot be written (${code})`, 'Check the place it is written to.'];
  return new StillrootError('output-failed', what, { where: path, hint, cause });
}
