/** Warnings about the consecutive archives of a file, apart from those about their contents. */
import type { ArchiveEnd, ArchiveFormatName, ArchiveStart } from './archive-entry.ts';
import type { Warning } from './source.ts';

export class ChainWarnings {
  readonly #unmarked: { readonly place: string; readonly isTar: boolean }[] = [];
  readonly #unaligned: string[] = [];

  /** Called once the first entry of an archive has shown its format. */
  begun(start: ArchiveStart, format: ArchiveFormatName | undefined): void {
    if (format !== 'newc' && format !== 'crc') return;
    const { compression, fileOffset, memberOffset } = start;
    const offset = compression === 'none' ? fileOffset : memberOffset;
    if (offset % ALIGNMENT !== 0) this.#unaligned.push(placeOf(start));
  }

  ended(start: ArchiveStart, { endMarked, format }: ArchiveEnd): void {
    if (!endMarked) this.#unmarked.push({ place: placeOf(start), isTar: format === 'tar' });
  }

  list(): Warning[] {
    const found: Warning[] = [];
    const [unmarked] = this.#unmarked;
    if (unmarked !== undefined) {
      const { isTar, place } = unmarked;
      const subject = `the ${isTar ? 'tar' : 'cpio'} archive${place}${others(this.#unmarked.length)}`;
      const message = `${subject} has no ${isTar ? 'end mark' : 'trailer'}; it may have been cut between two entries`;
      found.push({ code: 'no-end-mark', path: '', message });
    }
    const [unaligned] = this.#unaligned;
    if (unaligned !== undefined) {
      const message = `the cpio archive${unaligned}${others(this.#unaligned.length)} does not begin at a multiple of ${ALIGNMENT} bytes, so Linux does not unpack it`;
      found.push({ code: 'unaligned-archive', path: '', message });
    }
    return found;
  }
}

/** init/initramfs.c accepts a header only at such offsets, from the beginning of the file or of the decompressed bytes. */
const ALIGNMENT = 4;

/** Empty for an archive that is the whole file. */
function placeOf({ segment, compression, fileOffset, memberOffset }: ArchiveStart): string {
  if (segment === 0 && fileOffset === 0 && memberOffset === 0) return '';
  const at =
    compression === 'none'
      ? `at byte ${fileOffset}`
      : `at byte ${memberOffset} of what is compressed at byte ${fileOffset}`;
  return ` ${at} (archive ${segment + 1} of the file)`;
}

function others(count: number): string {
  return count === 1 ? '' : ` (and ${count - 1} more)`;
}
