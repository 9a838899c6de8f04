/** What a tar archive may ask of its reader. Larger is valid tar, and refused: archive-limit. The names are those of source/read-limits.ts. */

/** PATH_MAX of Linux, so no file of a tree has a longer name. */
export const MAX_NAME_LENGTH = 4096;
/** A symlink's target and the name that a hard link points to; PATH_MAX too. */
export const MAX_TARGET_LENGTH = 4096;
/** Bytes of one pax header; it is held in memory. Extended attributes of Linux have 64 KiB a file. */
export const MAX_PAX_SIZE: number = 1024 * 1024;
/** Segments of one sparse file; its list is held in memory. */
export const MAX_SEGMENTS: number = 1024 * 1024;

export interface TarLimits {
  /** Bytes. */
  readonly nameLength: number;
  /** Bytes. */
  readonly targetLength: number;
  /** Bytes of one pax header, and of the attributes that all global ones together set: names and values, of which a long one is held as a digest, and 16 more counted for each. */
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
