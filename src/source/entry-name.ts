import { StillrootError } from '../errors.ts';
import { showPath } from '../tree/path.ts';

/**
 * The path in the tree that a name of an archive stands for; '' is the root. Slashes at either end, several of them
 * in a row and `.` among the components mean nothing, as in any path (POSIX.1, 4.13 Pathname Resolution): GNU cpio
 * and busybox store `etc//x` for what `find etc//` prints. `..` could lead out of the tree, and is refused.
 *
 * @param where for messages
 * @throws archive-malformed
 */
export function pathOfName(name: string, where: string): string {
  // Nearly all names are plain, and there may be millions.
  if (PLAIN.test(name)) return name;
  const refuse = (what: string): StillrootError =>
    new StillrootError('archive-malformed', `the name ${showName(name)} ${what}`, {
      where,
      hint: 'Archivers do not write such names; do not trust the archive.',
    });
  if (name === '') throw refuse('is empty');
  if (name.includes('\0')) throw refuse('contains a NUL byte');
  const names = name.split('/').filter((each) => each !== '' && each !== '.');
  if (names.includes('..')) throw refuse('contains "..", and could lead out of the tree');
  return names.join('/');
}

/** Components that are not empty and begin with no dot, so neither `.` nor `..`. */
const PLAIN = /^[^/.\0][^/\0]*(?:\/[^/.\0][^/\0]*)*$/;

/** Enough of a name to recognize it. */
const SHOWN = 100;

export function showName(name: string): string {
  return name.length > SHOWN ? `"${showPath(name.slice(0, SHOWN))}..."` : `"${showPath(name)}"`;
}
