/**
 * Refuses what a newc archive cannot hold or the kernel would silently lose, before the header is
 * written; nothing is truncated or wrapped.
 */
import { StillrootError } from '../../errors.ts';
import type { Entry } from '../../tree/entry.ts';
import { comparePaths, nameOf, parentOf, showPath } from '../../tree/path.ts';
import { MAX_FIELD, MAX_NAME_LENGTH, TRAILER_NAME } from './newc.ts';

/** c_filesize has eight hex digits. */
const MAX_FILE_SIZE: number = MAX_FIELD;
/** The kernel keeps 12 bits of a major and 20 of a minor number, and silently drops the others. */
const MAX_MAJOR = 0xfff;
const MAX_MINOR = 0xfffff;

/** NAME_MAX of Linux: no filesystem an archive is unpacked to accepts a longer component. */
const MAX_COMPONENT_LENGTH = 255;

/** @throws StillrootError for an entry that the format or the kernel cannot represent */
export function checkEntry(entry: Entry): void {
  const where = showPath(entry.path);
  if (entry.path.length > MAX_NAME_LENGTH) {
    throw new StillrootError(
      'name-too-long',
      `name has ${entry.path.length} bytes, but the kernel skips names over ${MAX_NAME_LENGTH}`,
      {
        where: `${where.slice(0, 80)}...`,
        hint: 'Shorten it, or leave it out with a rule.',
      },
    );
  }
  const component = nameOf(entry.path);
  if (component.length > MAX_COMPONENT_LENGTH) {
    throw new StillrootError(
      'name-too-long',
      `name has a component of ${component.length} bytes, but Linux filesystems allow at most ${MAX_COMPONENT_LENGTH}`,
      {
        where: `${where.slice(0, 80)}...`,
        hint: 'Shorten it, or leave it out with a rule; the kernel would drop the entry.',
      },
    );
  }
  if (entry.type === 'symlink' && entry.target === '') {
    throw new StillrootError(
      'archive-malformed',
      'symlink has an empty target, which the kernel cannot create',
      {
        where,
        hint: 'Give it a target, or leave it out with a rule.',
      },
    );
  }
  if (entry.path === TRAILER_NAME) {
    throw new StillrootError(
      'reserved-name',
      'a file of this name at the root would end the archive for every reader',
      {
        where,
        hint: 'Rename it, or leave it out with a rule.',
      },
    );
  }
  if (entry.size > MAX_FILE_SIZE) {
    throw new StillrootError(
      'file-too-large',
      `file has ${entry.size} bytes, but a cpio entry holds at most ${MAX_FILE_SIZE}`,
      {
        where,
        hint: 'Split it, or leave it out with a rule.',
      },
    );
  }
  if (entry.target.length > MAX_NAME_LENGTH) {
    throw new StillrootError(
      'name-too-long',
      `link target has ${entry.target.length} bytes, but the kernel allows at most ${MAX_NAME_LENGTH}`,
      {
        where,
        hint: 'Shorten it, or leave the link out with a rule.',
      },
    );
  }
  if (entry.major > MAX_MAJOR || entry.minor > MAX_MINOR) {
    throw new StillrootError(
      'number-out-of-range',
      `device number is ${entry.major}:${entry.minor}, but the kernel allows at most ${MAX_MAJOR}:${MAX_MINOR}`,
      { where, hint: 'Leave the node out with a rule; devtmpfs creates device nodes at boot.' },
    );
  }
}

/**
 * Sees entries in the order in which they are written: strictly ascending, each after its parent.
 * The kernel does not create missing parents; it silently drops the file.
 */
export class OrderCheck {
  #previous = '';
  readonly #directories: string[] = [];

  /** @throws duplicate-path, missing-parent; internal where entries come out of order */
  see(entry: Entry): void {
    const order = comparePaths(this.#previous, entry.path);
    if (order === 0) {
      throw new StillrootError('duplicate-path', 'path occurs twice', {
        where: showPath(entry.path),
        hint: 'A second entry would overwrite the first when the archive is unpacked; remove one.',
      });
    }
    if (order > 0) {
      throw new StillrootError('internal', `entry comes after ${showPath(this.#previous)}`, {
        where: showPath(entry.path),
      });
    }
    this.#previous = entry.path;
    const parent = parentOf(entry.path);
    while (this.#directories.length > 0 && this.#directories.at(-1) !== parent) this.#directories.pop();
    if (parent !== '' && this.#directories.length === 0) {
      throw new StillrootError(
        'missing-parent',
        'its directory is not in the archive, so the kernel would drop it',
        {
          where: showPath(entry.path),
          hint: 'Keep the directory, or also leave out everything below it.',
        },
      );
    }
    if (entry.type === 'directory') this.#directories.push(entry.path);
  }
}

/** The archive's own name for the root. If present it comes first; it is not part of the tree order. */
const ROOT_NAME = '.';

/** All checks on entries, in the order in which they enter an archive. */
export class ArchiveCheck {
  readonly #order = new OrderCheck();

  /** @throws StillrootError for an entry out of order, or one that no archive can hold */
  see(entry: Entry): void {
    if (entry.path !== ROOT_NAME || entry.type !== 'directory') this.#order.see(entry);
    checkEntry(entry);
  }
}
