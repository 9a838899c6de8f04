/** Errors about a tar archive: each names the archive and the offset where it was found. */
import { overLimit, StillrootError } from '../../errors.ts';
import { showPath } from '../../tree/path.ts';
import { Damage } from '../damage.ts';

const DAMAGED = 'The archive is damaged or incomplete.';

/** How a damaged header is reported: when reading an archive its name is included; for a header in a file of the tree it is not. */
export interface HeaderProblems {
  malformed(what: string, offset: number, hint?: string): Error;
}

/** For headers in a file of the tree: the caller names the file. */
export const HEADER_DAMAGE: HeaderProblems = {
  malformed: (what, offset) => new Damage(offset, what, 'a sound tar header'),
};

export class TarProblems implements HeaderProblems {
  readonly #archive: string;

  /** @param archive its name, for messages */
  constructor(archive: string) {
    this.#archive = archive;
  }

  /** @param offset in the uncompressed archive */
  malformed(what: string, offset: number, hint: string = DAMAGED): StillrootError {
    return new StillrootError('archive-malformed', what, { where: this.#where(offset), hint });
  }

  /** Valid tar, but not supported. */
  notSupported(what: string, offset: number, hint: string): StillrootError {
    return new StillrootError('archive-not-supported', what, { where: this.#where(offset), hint });
  }

  overLimit(limit: keyof TarLimits, what: string, offset: number): StillrootError {
    return overLimit(limit, what, this.#where(offset));
  }

  #where(offset: number): string {
    return `${this.#archive}: byte ${offset} of the tar archive`;
  }
}

/** Bytes of an archive as shown in messages, with anything that a terminal would act on escaped. */
export function quote(bytes: string): string {
  const SHOWN = 40;
  const more = bytes.length > SHOWN ? '...' : '';
  return `"${showPath(bytes.slice(0, SHOWN))}${more}"`;
}

// What a tar archive may demand of its reader; valid tar beyond it fails with archive-limit. Names as in source/read-limits.ts.

/** PATH_MAX of Linux, so no file of a tree has a longer name. */
const MAX_NAME_LENGTH = 4096;
/** A symlink's target and the name that a hard link points to; PATH_MAX too. */
const MAX_TARGET_LENGTH = 4096;
/** Bytes of one pax header; it is held in memory. Extended attributes of Linux have 64 KiB a file. */
const MAX_PAX_SIZE: number = 1024 * 1024;
/** Segments of one sparse file; its list is held in memory. */
const MAX_SEGMENTS: number = 1024 * 1024;

export interface TarLimits {
  /** Bytes. */
  readonly nameLength: number;
  /** Bytes. */
  readonly targetLength: number;
  /** Bytes of one pax header, and of the attributes set by all global ones: names and values (long ones as digests), plus 16 for each. */
  readonly paxSize: number;
  /** Segments of one sparse file. */
  readonly sparseSegments: number;
}

export const TAR_LIMITS: TarLimits = {
  nameLength: MAX_NAME_LENGTH,
  targetLength: MAX_TARGET_LENGTH,
  paxSize: MAX_PAX_SIZE,
  sparseSegments: MAX_SEGMENTS,
};
