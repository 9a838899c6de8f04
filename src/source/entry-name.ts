import { StillrootError } from '../errors.ts';
import { showPath } from '../tree/path.ts';

/**
 * The path in the tree that a name of an archive stands for; '' is the root. A leading slash, `.` among the
 * components and the slash behind a directory's name say nothing; everything else that is no plain path could
 * lead out of the tree, or be read otherwise by another program, and is refused.
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
      hint: 'No archiver writes such a name for a file of a tree; do not trust the archive.',
    });
  if (name === '') throw refuse('is empty');
  if (name.includes('\0')) throw refuse('holds a NUL byte');
  const inner = name.replace(/^(?:\.?\/+)+/, '').replace(/\/$/, '');
  if (inner === '' || inner === '.') return '';
  const names = inner.split('/');
  if (names.includes('..')) throw refuse('has a .. in it, and could lead out of the tree');
  if (names.includes('')) throw refuse('has an empty component');
  return names.filter((each) => each !== '.').join('/');
}

/** Components that are not empty and begin with no dot, so neither `.` nor `..`. */
const PLAIN = /^[^/.\0][^/\0]*(?:\/[^/.\0][^/\0]*)*$/;

/** Enough of a name to recognize it. */
const SHOWN = 100;

export function showName(name: string): string {
  return name.length > SHOWN ? `"${showPath(name.slice(0, SHOWN))}..."` : `"${showPath(name)}"`;
}
