/**
 * Distinguishes the early archives of an initramfs from those that hold its tree, by their contents.
 *
 * Before the kernel can decompress anything it looks for microcode and ACPI tables by name (find_cpio_data of
 * lib/earlycpio.c): in consecutive uncompressed newc archives at the beginning, at offsets that are multiples
 * of four. Generators put these files into separate archives: microcode hooks of initramfs-tools and iucode_tool
 * write `kernel/x86/microcode`, dracut, mkinitcpio and genkernel also `kernel/firmware/acpi` and a file `early_cpio` that
 * marks the archive. Everything else is part of the tree, wherever it is and whether or not it is compressed:
 * mkinitramfs, for example, puts modules and firmware into an uncompressed archive after the microcode. What the kernel
 * would look for in such an archive is set apart too: see early-files.ts.
 */
import type { ArchiveEnd, ArchiveEntry, ArchiveStart } from './archive-entry.ts';
import type { EarlyFile } from './early-files.ts';

/** Part of the file, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface EarlyArchives {
  /** Number of early archives, those of `files` included. */
  readonly count: number;
  /** Number of entries in them. */
  readonly entries: number;
  /** Range of each, up to the next archive; its trailing zeros belong to it. */
  readonly ranges: readonly ByteRange[];
  /** Of archives that are otherwise part of the tree; together they become one more. */
  readonly files: readonly EarlyFile[];
}

export const NO_EARLY_ARCHIVES: EarlyArchives = { count: 0, entries: 0, ranges: [], files: [] };

/**
 * What the path of an entry says about its archive: `early` makes it an early archive, `tree` a part of the tree. The
 * root itself is in archives of both kinds.
 */
export function kindOfEntry(path: string, type: ArchiveEntry['type']): 'early' | 'tree' | 'either' {
  if (path === '' || path === '.') return type === 'directory' ? 'either' : 'tree';
  if (path === 'kernel') return type === 'directory' ? 'early' : 'tree';
  if (path === MARKER) return type === 'file' ? 'early' : 'tree';
  const isBelow = path.startsWith('kernel/') && (type === 'file' || type === 'directory');
  return isBelow ? 'early' : 'tree';
}

/** Written by dracut, mkinitcpio and genkernel, for programs that check whether an image begins with an early archive. */
const MARKER = 'early_cpio';

/** Files that the kernel looks for before it unpacks anything. */
export function isLookedForEarly(path: string): boolean {
  return /^kernel\/(?:x86\/microcode|firmware\/acpi)\/./.test(path);
}

/** The decision about an archive whose entries were held back. */
export type Verdict = 'early' | 'tree';

/** Receives what the reader finds, archive by archive, and decides about each as soon as possible. */
export class EarlyArchiveFinder {
  readonly #files: EarlyFile[] = [];
  readonly #ranges: ByteRange[] = [];
  #entries = 0;
  /** Whether all archives so far were uncompressed newc, so that the kernel keeps looking. */
  #isFront = true;
  #isCandidate = false;
  #hasEarly = false;
  #count = 0;
  #start = 0;
  /** Offset of an early archive whose end is unknown until the next one begins. */
  #open: number | undefined;

  /** @returns whether it may be early: its entries must be held back until `entry` or `end` has decided */
  start({ compression, fileOffset }: ArchiveStart): boolean {
    this.#close(fileOffset);
    // The kernel proceeds in steps of four bytes.
    this.#isFront &&= compression === 'none' && fileOffset % 4 === 0;
    this.#isCandidate = this.#isFront;
    this.#hasEarly = false;
    this.#count = 0;
    this.#start = fileOffset;
    return this.#isCandidate;
  }

  /** Whether the kernel looks for files in the current archive. */
  get isFront(): boolean {
    return this.#isFront;
  }

  /** Takes a file of an archive that is part of the tree. */
  add(file: EarlyFile): void {
    this.#files.push(file);
  }

  /** @returns whether the archive, with all entries that were held back, turns out to be part of the tree */
  entry(path: string, type: ArchiveEntry['type']): boolean {
    if (!this.#isCandidate) return false;
    const kind = kindOfEntry(path, type);
    this.#hasEarly ||= kind === 'early';
    this.#count += 1;
    this.#isCandidate = kind !== 'tree';
    return !this.#isCandidate;
  }

  end({ format }: ArchiveEnd): Verdict {
    this.#isFront &&= format === undefined || format === 'newc' || format === 'crc';
    if (!this.#isCandidate || !this.#isFront || !this.#hasEarly) return 'tree';
    this.#entries += this.#count;
    this.#open = this.#start;
    return 'early';
  }

  /** @param end end of the last archive in the file and its trailing zeros */
  finish(end: number): EarlyArchives {
    this.#close(end);
    const [ranges, files] = [this.#ranges, this.#files];
    const count = ranges.length + (files.length > 0 ? 1 : 0);
    return { count, entries: this.#entries + files.length, ranges, files };
  }

  #close(end: number): void {
    if (this.#open !== undefined) this.#ranges.push({ start: this.#open, end });
    this.#open = undefined;
  }
}
