import type { LinkData } from '../normalize/hard-links.ts';
import type { MtimeRange } from '../normalize/mtime.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';

/**
 * How entries become the bytes of an archive; one stateless object per archive format. It reports the size of each
 * part before it is written, so that the caller can cut the archive into blocks between any two parts.
 *
 * An entry is its header, its data, and padding up to the next multiple of `alignment`.
 */
export interface ArchiveWriter {
  /** The name of the format in mkosi's manifest. */
  readonly name: string;
  /** Headers begin at multiples of this, in bytes from the start of the archive. */
  readonly alignment: number;
  /** No header with its name and padding is longer. Bytes. */
  readonly headerMaximum: number;
  readonly mtimes: MtimeRange;
  /** Whether it holds extended attributes. */
  readonly holdsAttributes: boolean;
  /** The name of a hard-link group that has the data. */
  readonly linkData: LinkData;
  /** Creates the check for what the format or its readers cannot handle; one for each archive. */
  readonly check: () => EntryCheck;
  /** Bytes that follow the header: the content of a file, or whatever the format stores as data for other types. */
  readonly dataSize: (planned: PlannedEntry) => number;
  /** Bytes of the header, including name and padding. */
  readonly headerSpan: (planned: PlannedEntry) => number;
  /** Bytes of zeros that follow data of this size. */
  readonly paddingAfter: (dataSize: number) => number;
  /**
   * Writes a header of `headerSpan` bytes.
   *
   * @param at offset in `target`; aligned in the archive
   * @returns the offset after it
   */
  readonly writeHeader: (target: Buffer, at: number, planned: PlannedEntry) => number;
  /** Bytes of the end of the archive. @param size bytes of the archive before it */
  readonly trailerSpan: (size: number) => number;
  /**
   * Writes the end of the archive, `trailerSpan` bytes.
   *
   * @param size bytes of the archive before it
   * @returns the offset after it
   */
  readonly writeTrailer: (target: Buffer, at: number, size: number) => number;
}

/** Sees every entry in the order in which they are written. */
export interface EntryCheck {
  /** @throws StillrootError for an entry out of order, or one that no such archive can hold */
  see(planned: PlannedEntry): void;
}
