/** What a cpio parser says, and how much it takes. */
import type { CpioHeader } from './header.ts';
import { MAX_NAME_LENGTH } from './newc.ts';

export interface ParsedEntry {
  readonly header: CpioHeader;
  /** Name as it stands in the archive, up to its first NUL (writers pad names with NUL to align data). */
  readonly name: string;
  /** Of a symlink, up to its first NUL. */
  readonly target: string;
  /** Offset of the header in the archive. */
  readonly offset: number;
  /** Offset in the archive of the header.fileSize bytes of data; of a symlink they are its target. */
  readonly dataOffset: number;
}

export interface ParserEvents {
  readonly entry: (entry: ParsedEntry) => void;
  /** A piece of the data of the entry that came last; valid during the call only. No symlink has data. */
  readonly data?: (bytes: Uint8Array) => void;
}

/** What is longer is refused before it is read. Bytes, without a final NUL. */
export interface CpioLimits {
  readonly nameLength: number;
  readonly targetLength: number;
}

/** What the kernel takes. */
export const CPIO_LIMITS: CpioLimits = { nameLength: MAX_NAME_LENGTH, targetLength: MAX_NAME_LENGTH };
