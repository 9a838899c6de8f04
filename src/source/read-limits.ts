/** What an archive may demand of its reader: one table, each limit named, with its default and its reason. */
import { overLimit as overNamedLimit, StillrootError } from '../errors.ts';

export interface ReadLimits {
  /** Bytes of a name. */
  readonly nameLength: number;
  /** Bytes of a link target. */
  readonly targetLength: number;
  /** Bytes of a pax header of tar, and of the attributes set by all global ones together. */
  readonly paxSize: number;
  /** Segments of all sparse files of a tar archive together. */
  readonly sparseSegments: number;
  /** Entries of all archives of the file together. */
  readonly entries: number;
  /**
   * Bytes of the names, link targets, and names and values of extended attributes of all entries together, plus 16 for
   * each.
   * An attribute counts for every entry that has it, a missing directory as if the archive had it.
   */
  readonly metadataSize: number;
  /** Uncompressed bytes of the whole file, holes of sparse files included. */
  readonly uncompressedSize: number;
  /** Uncompressed bytes, holes included, per byte of the file, once there are more than `expansionFree`. */
  readonly expansionRatio: number;
  /** Uncompressed bytes that any file may expand to, however small it is. */
  readonly expansionFree: number;
  /** Bytes of the indexes of all .xz streams of a member together. */
  readonly xzIndexSize: number;
  /** Bytes of the dictionary or window that the decoder must hold. */
  readonly dictionarySize: number;
  /** Layers of a container image. */
  readonly layers: number;
  /** Bytes of standard input or a pipe. */
  readonly streamSize: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

interface LimitRow {
  readonly name: keyof ReadLimits;
  readonly value: number;
  /** What is counted, for help texts. */
  readonly unit: string;
  readonly why: string;
}

/** In the order of help texts. */
export const LIMIT_TABLE: readonly LimitRow[] = [
  {
    name: 'nameLength',
    value: 4096,
    unit: 'bytes',
    why: 'Linux PATH_MAX: no file in a tree has a longer name',
  },
  { name: 'targetLength', value: 4096, unit: 'bytes', why: 'PATH_MAX too' },
  {
    name: 'paxSize',
    value: MIB,
    unit: 'bytes',
    why: 'held in memory; Linux extended attributes have at most 64 KiB per file',
  },
  {
    name: 'sparseSegments',
    value: 1024 * 1024,
    unit: 'segments',
    why: 'the list of them is held in memory',
  },
  {
    name: 'entries',
    value: 10_000_000,
    unit: 'entries',
    why: 'each one is held in memory, and a header of 110 bytes compresses to nearly none',
  },
  {
    name: 'metadataSize',
    value: 256 * MIB,
    unit: 'bytes',
    why: 'held in memory; 3 million names of 70 bytes, and one global pax header of tar gives its attributes to every entry',
  },
  {
    name: 'uncompressedSize',
    value: 1024 * GIB,
    unit: 'bytes',
    why: 'for all members and holes together: decompressed into a temporary file, and written again as output',
  },
  {
    name: 'expansionRatio',
    value: 1000,
    unit: 'bytes per byte',
    why: 'root filesystems compress 3 to 10 times; zeros 1,000 times in gzip, 7,000 in xz, 30,000 in zstd',
  },
  {
    name: 'expansionFree',
    value: GIB,
    unit: 'bytes',
    why: 'a few MiB of zeros compress to nothing, and do no harm',
  },
  {
    name: 'xzIndexSize',
    value: 4 * MIB,
    unit: 'bytes',
    why: 'its blocks are held in memory; half a million blocks of 16 MiB fit',
  },
  {
    name: 'dictionarySize',
    value: 128 * MIB,
    unit: 'bytes',
    why: 'held in memory; xz -9 needs 64 MiB, zstd --ultra -22 needs 128 MiB',
  },
  {
    name: 'layers',
    value: 500,
    unit: 'layers',
    why: 'each is read for its digest and parsed; overlayfs of Linux stacks at most 500, Docker 127',
  },
  {
    name: 'streamSize',
    value: 64 * GIB,
    unit: 'bytes',
    why: 'standard input and pipes are copied into a temporary file, and may be endless',
  },
];

export const READ_LIMITS: ReadLimits = Object.fromEntries(
  LIMIT_TABLE.map(({ name, value }) => [name, value]),
) as Record<keyof ReadLimits, number>;

/** The defaults with some of them replaced. */
export function readLimits(overrides: Partial<ReadLimits> = {}): ReadLimits {
  return { ...READ_LIMITS, ...overrides };
}

/**
 * One override as a user writes it: `NAME=VALUE`, VALUE a whole number above 0, with K, M, G or T for
 * powers of 1024.
 * @param suggest finds what an unknown name was meant to be
 * @throws StillrootError `usage`
 */
export function parseLimit(
  text: string,
  where: string = '--limit',
  suggest?: (word: string, known: readonly string[]) => string | undefined,
): Partial<ReadLimits> {
  const [, name = text, digits, suffix = ''] = /^(\w+)=(\d{1,15})([KMGT]?)$/.exec(text) ?? [];
  const row = LIMIT_TABLE.find((one) => one.name === name.replace(/=.*/s, ''));
  const value = Number(digits) * 1024 ** ' KMGT'.indexOf(suffix || ' ');
  if (row !== undefined && digits !== undefined && value > 0 && Number.isSafeInteger(value)) {
    return { [row.name]: value };
  }
  if (row === undefined) {
    const names = LIMIT_TABLE.map((one) => one.name);
    const typed = name.replace(/=.*/s, '');
    const meant = suggest?.(typed, names);
    throw new StillrootError('usage', `there is no limit ${JSON.stringify(typed)}`, {
      where,
      hint: meant === undefined ? `Known limits: ${names.join(', ')}.` : `Did you mean '${meant}'?`,
    });
  }
  throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted NAME=VALUE`, {
    where,
    hint: `VALUE is a whole number above 0, optionally with K, M, G or T, for example ${row.name}=${row.value}.`,
  });
}

/** The error for an exceeded limit: what was demanded, and the option that allows it. */
export function overLimit(limit: keyof ReadLimits, what: string, where: string): StillrootError {
  return overNamedLimit(limit, what, where);
}
