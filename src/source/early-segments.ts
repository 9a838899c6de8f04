import type { ArchiveEnd, ArchiveStart } from './archive.ts';

/**
 * Which archives of a file are early ones: uncompressed newc in front of another archive, which the kernel
 * reads before it can decompress anything, microcode first of all. An uncompressed archive that nothing
 * follows is the tree itself.
 */
export class EarlySegments {
  /** Archives. */
  count = 0;
  /** Bytes from the beginning of the file, the zeros behind the last of them included. */
  size = 0;
  /** Entries in them. */
  entries = 0;
  #seen = 0;
  #isLeading = true;

  /** @returns whether everything in front of this archive is early */
  start({ segment, compression, fileOffset }: ArchiveStart): boolean {
    if (!this.#isLeading || segment === 0) {
      this.#isLeading &&= compression === 'none';
      return false;
    }
    this.count = segment;
    this.size = fileOffset;
    this.entries = this.#seen;
    this.#isLeading = compression === 'none';
    return true;
  }

  entry(): void {
    this.#seen += 1;
  }

  end({ format }: ArchiveEnd): void {
    this.#isLeading &&= format === 'newc' || format === 'crc';
  }
}
