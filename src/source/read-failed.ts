import { lackOfSystem, StillrootError } from '../errors.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { OpenFile } from './source.ts';

/** Where an error is, for a message. */
export function placeOf(source: string, path: string): string {
  return path === '' ? source : `${source.replace(/\/+$/, '')}/${showPath(path)}`;
}

/** A failed call as an error for the user; anything that is not a system error is returned unchanged. */
export function readFailed(source: string, path: string, cause: unknown): unknown {
  if (cause instanceof StillrootError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  const where = placeOf(source, path);
  if (code === 'EACCES' || code === 'EPERM') {
    return new StillrootError('source-unreadable', `cannot be read (${code})`, {
      where,
      hint: 'Run as root, or as a user who can read every file of the tree; pack --bootstrap mmdebstrap:SUITE builds one without root.',
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

/**
 * The whole content of a file, which is then verified and closed.
 *
 * @param source its name, for messages
 * @param open called only where the file is not larger than `limit` bytes
 * @throws source-unreadable, source-changed
 */
export function readWhole(source: string, entry: Entry, limit: number, open: () => OpenFile): Buffer {
  if (entry.size > limit) {
    throw new StillrootError(
      'source-unreadable',
      `has ${entry.size} bytes, more than the limit of ${limit}`,
      {
        where: placeOf(source, entry.path),
        hint: 'Check the file; such a file should never be that large.',
      },
    );
  }
  const content = Buffer.allocUnsafe(entry.size);
  const file = open();
  try {
    let filled = 0;
    while (filled < content.length) {
      const count = file.read(content.subarray(filled));
      if (count === 0) break;
      filled += count;
    }
    file.verify();
    if (filled === content.length) return content;
    throw new StillrootError('source-changed', `ended after ${filled} of ${content.length} bytes`, {
      where: placeOf(source, entry.path),
      hint: 'Make sure that nothing writes to the tree.',
    });
  } finally {
    file.close();
  }
}
