import { lackOfSystem, StillrootError } from '../errors.ts';
import { showPath } from '../tree/path.ts';

/** Where an error is, for a message. */
export function placeOf(source: string, path: string): string {
  return path === '' ? source : `${source.replace(/\/+$/, '')}/${showPath(path)}`;
}

/** What a failed call means to a user; anything that is no failure of the system is given back. */
export function readFailed(source: string, path: string, cause: unknown): unknown {
  if (cause instanceof StillrootError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  const where = placeOf(source, path);
  if (code === 'EACCES' || code === 'EPERM') {
    return new StillrootError('source-unreadable', `cannot be read (${code})`, {
      where,
      hint: 'Run as root, or as a user who can read every file of the tree.',
      cause,
    });
  }
  const lack = lackOfSystem(cause);
  if (lack !== undefined) {
    return new StillrootError('source-unreadable', lack.what, { where, hint: lack.hint, cause });
  }
  const gone =
    code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENXIO' || code === 'ESTALE';
  return new StillrootError(
    gone ? 'source-changed' : 'source-unreadable',
    gone ? `vanished or was replaced while the tree was read (${code})` : `cannot be read (${code})`,
    {
      where,
      hint: gone ? 'Make sure that nothing writes to the tree.' : 'Check the filesystem it is on.',
      cause,
    },
  );
}
