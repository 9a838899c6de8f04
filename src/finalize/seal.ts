/**
 * Binds a journal to the place where it was written. Unpacking an archive, copying a tree or cloning a filesystem can
 * produce any name, byte, mode and owner, but not a given inode number or change time, which no call sets. So the list
 * is written first, and then a second file with what the system says about it; only that makes the list valid. See the
 * README.
 */
import type { BigIntStats } from 'node:fs';
import { StillrootError } from '../errors.ts';

/** Device and inode, as decimal numbers. */
export interface ObjectNumbers {
  readonly device: string;
  readonly inode: string;
}

/** Something mounted in the tree that the run was asked to change; see --cross-mounts. */
export interface KnownMount extends ObjectNumbers {
  /** Byte string relative to the root. */
  readonly path: string;
}

export interface Seal {
  readonly root: ObjectNumbers;
  /** The journal's directory. Its time changes whenever a content is moved into the tree, so it is not recorded. */
  readonly directory: ObjectNumbers;
  readonly list: ObjectNumbers & {
    /** Time of the last change of the inode, in nanoseconds since 1970. */
    readonly changed: string;
    /** Bytes. */
    readonly size: string;
  };
  readonly mounts: readonly KnownMount[];
}

export interface Sealed {
  readonly root: BigIntStats;
  readonly directory: BigIntStats;
  readonly list: BigIntStats;
}

const HEADER = 'stillroot finalize journal 2';
const END = 'end';
const SECOND = 1_000_000_000n;

/** The seal of a committed list: the numbers that identify its place and time. */
export function sealOf({ root, directory, list }: Sealed, mounts: readonly KnownMount[]): Seal {
  return {
    root: numbersOf(root),
    directory: numbersOf(directory),
    list: { ...numbersOf(list), changed: `${list.ctimeNs}`, size: `${list.size}` },
    mounts,
  };
}

/** Device and inode in decimal, since they can exceed what a double holds. */
export function numbersOf({ dev, ino }: BigIntStats): ObjectNumbers {
  return { device: `${dev}`, inode: `${ino}` };
}

/** A seal as the text of its file; `parseSeal` reads it. */
export function encodeSeal(seal: Seal): string {
  return `${HEADER}\n${JSON.stringify(seal)}\n${END}\n`;
}

/**
 * @param where of the journal, for messages
 * @throws finalize-interrupted where it is not a complete seal of this version
 */
export function parseSeal(text: string, where: string): Seal {
  const [header, line = '', end, last, ...rest] = text.split('\n');
  const isWhole = header === HEADER && end === END && last === '' && rest.length === 0;
  const seal = isWhole ? parseLine(line) : undefined;
  if (seal !== undefined) return seal;
  throw new StillrootError(
    'finalize-interrupted',
    'the journal was not written by this version of finalize',
    {
      where,
      hint: NOT_OURS,
    },
  );
}

/**
 * Whether the journal was written here.
 *
 * @param where of the journal, for messages
 * @throws finalize-interrupted for a copy, something from an archive, and where this cannot be determined
 */
export function refuseOtherPlace(seal: Seal, found: Sealed, where: string): void {
  const refuse = (what: string, hint: string): never => {
    throw new StillrootError('finalize-interrupted', what, { where, hint });
  };
  const { root, directory, list } = sealOf(found, []);
  const isSameList =
    seal.list.inode === list.inode && seal.list.changed === list.changed && seal.list.size === list.size;
  if (!isSameList)
    refuse('the journal was not written here: it is a copy, or was extracted from an archive', NOT_OURS);
  if (seal.root.inode !== root.inode || seal.directory.inode !== directory.inode) {
    refuse('the journal belongs to another directory', NOT_OURS);
  }
  const devices = [
    [seal.root, root],
    [seal.directory, directory],
    [seal.list, list],
  ] as const;
  for (const [{ device }, now] of devices) {
    if (device === now.device) continue;
    const numbers = `${device} when it was written, ${now.device} now`;
    refuse(`the journal is on a different device than the one it was written on (${numbers})`, RENUMBERED);
  }
  if (found.list.ctimeNs % SECOND === 0n) {
    refuse(
      'the filesystem records change times in whole seconds only, which could be guessed',
      CHANGED_IN_PART,
    );
  }
}

const CHANGED_IN_PART =
  'None of the journal was carried out. The tree is partly modified: build it again, or remove the directory if that is acceptable.';
const NOT_OURS =
  'None of it was carried out. If the tree was copied or unpacked after an interrupted finalize, it is partly modified: build it again. Otherwise someone else created the directory: inspect it and remove it.';
const RENUMBERED = `A remounted filesystem, or a copy of one, has a new device number. ${CHANGED_IN_PART}`;

function parseLine(line: string): Seal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { root, directory, list, mounts } = Object(value) as Record<string, unknown>;
  const isSeal =
    hasNumbers(root, ['device', 'inode']) &&
    hasNumbers(directory, ['device', 'inode']) &&
    hasNumbers(list, ['device', 'inode', 'changed', 'size']) &&
    Array.isArray(mounts) &&
    mounts.every((mount) => typeof mount?.path === 'string' && hasNumbers(mount, ['device', 'inode']));
  return isSeal ? (value as Seal) : undefined;
}

function hasNumbers(value: unknown, keys: readonly string[]): boolean {
  const fields = Object(value) as Record<string, unknown>;
  return keys.every((key) => typeof fields[key] === 'string' && /^-?\d{1,20}$/.test(fields[key]));
}
