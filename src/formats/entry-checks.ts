/** Checks on entries that hold for every archive of a Linux tree: nothing is truncated, wrapped or silently lost. */
import { StillrootError } from '../errors.ts';
import type { Entry } from '../tree/entry.ts';
import { comparePaths, nameOf, parentOf, showPath } from '../tree/path.ts';

/** PATH_MAX of Linux without the NUL: no system call accepts a longer name. */
const PATH_LENGTH_MAXIMUM = 4095;
/** NAME_MAX of Linux: no filesystem an archive is unpacked to accepts a longer component. */
const COMPONENT_LENGTH_MAXIMUM = 255;
/** Linux keeps 12 bits of a major and 20 of a minor number, and silently drops the others. */
const MAJOR_MAXIMUM = 0xfff;
const MINOR_MAXIMUM = 0xfffff;

/** @throws StillrootError for an entry that Linux cannot create */
export function checkForLinux(entry: Entry): void {
  if (entry.path.length > PATH_LENGTH_MAXIMUM) {
    throw new StillrootError(
      'name-too-long',
      `name has ${entry.path.length} bytes, but Linux allows at most ${PATH_LENGTH_MAXIMUM}`,
      { where: beginningOf(entry), hint: 'Shorten it, or leave it out with a rule.' },
    );
  }
  const component = nameOf(entry.path);
  if (component.length > COMPONENT_LENGTH_MAXIMUM) {
    throw new StillrootError(
      'name-too-long',
      `name has a component of ${component.length} bytes, but Linux filesystems allow at most ${COMPONENT_LENGTH_MAXIMUM}`,
      {
        where: beginningOf(entry),
        hint: 'Shorten it, or leave it out with a rule; it could not be unpacked.',
      },
    );
  }
  if (entry.type === 'symlink' && entry.target === '') {
    throw new StillrootError('archive-malformed', 'symlink has an empty target, which Linux cannot create', {
      where: showPath(entry.path),
      hint: 'Give it a target, or leave it out with a rule.',
    });
  }
  if (entry.target.length > PATH_LENGTH_MAXIMUM) {
    throw new StillrootError(
      'name-too-long',
      `link target has ${entry.target.length} bytes, but Linux allows at most ${PATH_LENGTH_MAXIMUM}`,
      { where: showPath(entry.path), hint: 'Shorten it, or leave the link out with a rule.' },
    );
  }
  if (entry.major > MAJOR_MAXIMUM || entry.minor > MINOR_MAXIMUM) {
    throw new StillrootError(
      'number-out-of-range',
      `device number is ${entry.major}:${entry.minor}, but Linux allows at most ${MAJOR_MAXIMUM}:${MINOR_MAXIMUM}`,
      {
        where: showPath(entry.path),
        hint: 'Leave the node out with a rule; devtmpfs creates device nodes at boot.',
      },
    );
  }
}

function beginningOf({ path }: Entry): string {
  return `${showPath(path).slice(0, 80)}...`;
}

/**
 * Sees entries in the order in which they are written: strictly ascending, each after its parent. The kernel silently
 * drops a file whose parent is missing from a cpio archive; what unpacks a tar archive makes the parent up.
 */
export class OrderCheck {
  readonly #consequence: string;
  #previous = '';
  readonly #directories: string[] = [];

  /** @param consequence of a missing parent, as a clause for messages: `so the kernel would drop it` */
  constructor(consequence: string) {
    this.#consequence = consequence;
  }

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
        `its directory is not in the archive, ${this.#consequence}`,
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

/** All checks on the entries of one archive, in the order in which they enter it. */
export class ArchiveCheck {
  readonly #order: OrderCheck;
  readonly #checkEntry: (entry: Entry) => void;

  /**
   * @param consequence see OrderCheck
   * @param checkEntry throws for an entry that no such archive can hold
   */
  constructor(consequence: string, checkEntry: (entry: Entry) => void) {
    this.#order = new OrderCheck(consequence);
    this.#checkEntry = checkEntry;
  }

  /** @throws StillrootError for an entry out of order, or one that the archive cannot hold */
  see(entry: Entry): void {
    if (entry.path !== ROOT_NAME || entry.type !== 'directory') this.#order.see(entry);
    this.#checkEntry(entry);
  }
}
