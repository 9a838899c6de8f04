import { lackOfSystem, StillrootError } from '../errors.ts';

const OUTPUT_HINTS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['its directory does not exist', 'Create the directory first.'],
  ENOTDIR: ['its directory is not a directory', 'Choose a file in an existing directory.'],
  ENOSPC: ['no space left on device', 'Free some space, or write elsewhere.'],
  EDQUOT: ['the disk quota is exceeded', 'Free some space, or write elsewhere.'],
  EFBIG: ['the file would be larger than the filesystem or the ulimit allows', 'Write elsewhere.'],
  ENAMETOOLONG: ['its name is too long for the filesystem', 'Choose a shorter one.'],
  ELOOP: ['its path has a symlink loop', 'Choose a path without the loop.'],
  EACCES: ['cannot be written (EACCES)', 'Choose a directory you can write to.'],
  EROFS: ['lies on a read-only filesystem', 'Write elsewhere.'],
  EPERM: [
    'cannot be replaced (EPERM)',
    'It is immutable, or owned by another user in a sticky directory. Choose another name.',
  ],
  EBUSY: ['is in use (EBUSY)', 'It is a mount point, or mounted itself.'],
  EIO: ['cannot be written (EIO)', 'The device reports an error; see the kernel log.'],
  EPIPE: ['the reader closed the pipe (EPIPE)', 'Check the command that reads it.'],
};

/** What went wrong with an output, for a user; anything that is no failure of the system is given back. */
export function outputFailed(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined || cause instanceof StillrootError) return cause;
  const lack = lackOfSystem(cause);
  const [what, hint] = OUTPUT_HINTS[code] ??
    (lack && [lack.what, lack.hint]) ?? [
      `cannot be written (${code})`,
      'Check the directory it is written to.',
    ];
  return new StillrootError('output-failed', what, { where: path, hint, cause });
}
