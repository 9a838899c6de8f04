import { overLimit, StillrootError } from '../../errors.ts';
import { showPath } from '../../tree/path.ts';
import { type CpioHeader, type HeaderLayout, MAGIC_SIZE, paddingTo } from './header.ts';
import { FILE_TYPE_BITS, HEADER_SIZE, MAX_NAME_LENGTH, TRAILER_NAME, TYPE_MASK } from './newc.ts';
import { findLayout, wrongMagic } from './old-formats.ts';

/** The events of a cpio parser, and its limits. */

export interface ParsedEntry {
  readonly header: CpioHeader;
  /** Name as stored in the archive, up to its first NUL (writers pad names with NUL to align data). */
  readonly name: string;
  /** Target of a symlink, up to its first NUL. */
  readonly target: string;
  /** Offset of the header in the archive. */
  readonly offset: number;
  /** Offset in the archive of the header.fileSize bytes of data; for a symlink they are its target. */
  readonly dataOffset: number;
}

export interface ParserEvents {
  readonly entry: (entry: ParsedEntry) => void;
  /** A piece of the data of the latest entry; valid during the call only. Never called for a symlink. */
  readonly data?: (bytes: Uint8Array) => void;
}

/** Anything longer is refused before it is read. In bytes, without the final NUL. */
export interface CpioLimits {
  readonly nameLength: number;
  readonly targetLength: number;
}

/** The limits of the kernel. */
const CPIO_LIMITS: CpioLimits = { nameLength: MAX_NAME_LENGTH, targetLength: MAX_NAME_LENGTH };

// Parses one cpio archive of any format from bytes pushed in pieces of any size. Holds at most one header and one
// symlink target; file data passes through, or is skipped by a caller that can seek.
//
// The trailer is optional, as in the kernel's grammar (buffer-format.rst): after an entry, the archive ends
// where anything other than another header begins.

type State = 'magic' | 'header' | 'name' | 'target' | 'data' | 'padding' | 'end';

export class CpioParser {
  readonly #archive: string;
  readonly #events: ParserEvents;
  readonly #limits: CpioLimits;
  #held = Buffer.alloc(HEADER_SIZE + 256);
  #state: State = 'magic';
  #filled = 0;
  #wanted = MAGIC_SIZE;
  /** Offset of the next byte to be pushed. */
  #offset = 0;
  #layout: HeaderLayout | undefined;
  /** First byte of the magic of that layout. */
  #firstByte = 0;
  #headerOffset = 0;
  #header: CpioHeader | undefined;
  #name = '';
  #dataLeft = 0;
  /** The crc format has a checksum of the data of regular files. */
  #summing = false;
  #sum = 0;
  #endMarked = false;

  /** @param archive for messages */
  constructor(archive: string, events: ParserEvents, limits: Partial<CpioLimits> = {}) {
    this.#archive = archive;
    this.#events = events;
    this.#limits = { ...CPIO_LIMITS, ...limits };
  }

  /** True after the trailer, and after an entry that no other entry follows: the archive is complete. */
  get ended(): boolean {
    return this.#state === 'end';
  }

  /**
   * False for an archive that stops after an entry, without a trailer. The kernel accepts that, but an archive
   * truncated there looks the same: callers should warn.
   */
  get endMarked(): boolean {
    return this.#endMarked;
  }

  /**
   * How many bytes from here on are data or padding of the latest entry: a caller that does not want them
   * may skip them instead of reading and pushing them. 0 for the data of a file with a checksum, which is
   * verified here.
   */
  get skippable(): number {
    if (this.#state === 'padding') return this.#wanted - this.#filled;
    if (this.#state !== 'data' || this.#summing) return 0;
    return this.#dataLeft + this.#dataPadding();
  }

  /**
   * Between two pushes: continues after `count` bytes as if they had been pushed, without data events. The caller
   * must make sure that the archive has them.
   */
  skip(count: number): void {
    if (!Number.isInteger(count) || count < 0 || count > this.skippable) {
      throw new StillrootError('internal', `skip of ${count} bytes where ${this.skippable} can be skipped`);
    }
    if (count === 0) return;
    this.#offset += count;
    let padding = count;
    if (this.#state === 'data') {
      const data = Math.min(count, this.#dataLeft);
      this.#dataLeft -= data;
      padding -= data;
      if (this.#dataLeft === 0) this.#endData();
    }
    if (padding === 0) return;
    this.#filled += padding;
    if (this.#filled === this.#wanted) this.#complete();
  }

  /**
   * @returns how many bytes belong to this archive; fewer than given only when it has ended
   * @throws archive-malformed, archive-not-supported, archive-limit; nothing can be pushed after an error
   */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'end') {
      if (this.#isBehindLastEntry(bytes[at] as number)) {
        this.#state = 'end';
        break;
      }
      const taken = this.#state === 'data' ? this.#passData(bytes, at) : this.#hold(bytes, at);
      at += taken;
      this.#offset += taken;
      if (this.#state === 'data') {
        if (this.#dataLeft === 0) this.#endData();
      } else if (this.#filled === this.#wanted) this.#complete();
    }
    return at;
  }

  /**
   * Signals that the archive has no more bytes.
   *
   * @throws archive-malformed where it stops inside an entry or has no entry
   */
  finish(): void {
    if (this.#state === 'end') return;
    if (this.#state === 'magic' && this.#filled === 0 && this.#layout !== undefined) {
      this.#state = 'end';
      return;
    }
    const what = `the archive is cut short: it ends inside ${STATE_TEXT[this.#state]}`;
    throw this.#malformed(what, this.#offset);
  }

  /** Called only between entries: the first byte decides what begins there, as in the kernel. */
  #isBehindLastEntry(byte: number): boolean {
    if (this.#state !== 'magic' || this.#filled > 0 || this.#layout === undefined) return false;
    return byte !== this.#firstByte;
  }

  #hold(bytes: Uint8Array, at: number): number {
    const count = Math.min(bytes.length - at, this.#wanted - this.#filled);
    this.#held.set(bytes.subarray(at, at + count), this.#filled);
    this.#filled += count;
    return count;
  }

  #passData(bytes: Uint8Array, at: number): number {
    const count = Math.min(bytes.length - at, this.#dataLeft);
    const piece = bytes.subarray(at, at + count);
    if (this.#summing) this.#sum = addToSum(this.#sum, piece);
    this.#events.data?.(piece);
    this.#dataLeft -= count;
    return count;
  }

  #expect(state: State, wanted: number, filled = 0): void {
    this.#state = state;
    this.#wanted = wanted;
    this.#filled = filled;
    if (wanted > this.#held.length) {
      this.#held = Buffer.concat([this.#held], Math.max(wanted, 2 * this.#held.length));
    }
    // Nothing to wait for, such as padding of zero bytes: complete at once, or an empty push would be needed.
    if (wanted === filled) this.#complete();
  }

  #complete(): void {
    if (this.#state === 'magic') this.#readMagic();
    else if (this.#state === 'header') this.#readHeader();
    else if (this.#state === 'name') this.#readName();
    else if (this.#state === 'target') this.#readTarget();
    else if (this.#state === 'padding') this.#expect('magic', MAGIC_SIZE);
  }

  /** The first entry chooses the layout. */
  #readMagic(): void {
    this.#headerOffset = this.#offset - MAGIC_SIZE;
    const found = findLayout(this.#held);
    if (found === undefined || (this.#layout !== undefined && found !== this.#layout)) {
      throw wrongMagic(this.#held, this.#layout, this.#where(this.#headerOffset));
    }
    this.#layout = found;
    this.#firstByte = this.#held[0] as number;
    this.#expect('header', found.headerSize, MAGIC_SIZE);
  }

  #readHeader(): void {
    const { headerSize, alignment, nameSizeOffset, decode } = this.#layout as HeaderLayout;
    const header = decode(this.#held, 0, this.#where(this.#headerOffset));
    const most = this.#limits.nameLength + 1;
    const nameSizeAt = this.#headerOffset + nameSizeOffset;
    if (header.nameSize < 1) throw this.#malformed('c_namesize is 0, wanted 1 or more', nameSizeAt);
    if (header.nameSize > most) {
      const what = `c_namesize is ${header.nameSize}, the limit is ${most} with its NUL`;
      throw overLimit('nameLength', what, this.#where(nameSizeAt));
    }
    this.#header = header;
    const size = headerSize + header.nameSize;
    this.#expect('name', size + paddingTo(size, alignment), headerSize);
  }

  #readName(): void {
    const { headerSize } = this.#layout as HeaderLayout;
    const header = this.#header as CpioHeader;
    const last = headerSize + header.nameSize - 1;
    if (this.#held[last] !== 0) {
      throw this.#malformed('the name does not end with NUL', this.#headerOffset + headerSize);
    }
    this.#name = this.#held.toString('latin1', headerSize, this.#held.indexOf(0, headerSize));
    if (this.#name === TRAILER_NAME) {
      this.#endMarked = true;
      this.#state = 'end';
      return;
    }
    const type = header.mode & TYPE_MASK;
    if (type === FILE_TYPE_BITS.symlink) {
      this.#expectTarget(header.fileSize);
      return;
    }
    // Only the last name of a hard-link group has data, and only it has the checksum.
    this.#summing =
      header.format === 'crc' && type === FILE_TYPE_BITS.file && (header.fileSize > 0 || header.nlink < 2);
    this.#sum = 0;
    this.#dataLeft = header.fileSize;
    this.#state = 'data';
    this.#emit('', this.#offset);
    if (header.fileSize === 0) this.#endData();
  }

  #expectTarget(size: number): void {
    // One writer counts a final NUL.
    if (size > this.#limits.targetLength + 1) throw this.#longTarget(size);
    this.#expect('target', size);
  }

  #readTarget(): void {
    const { fileSize } = this.#header as CpioHeader;
    const [target = ''] = this.#held.toString('latin1', 0, fileSize).split('\0');
    if (target.length > this.#limits.targetLength) throw this.#longTarget(target.length);
    this.#emit(target, this.#offset - fileSize);
    this.#expect('padding', this.#dataPadding());
  }

  #endData(): void {
    const { check } = this.#header as CpioHeader;
    if (this.#summing && this.#sum !== check) {
      const name = showPath(this.#name);
      throw this.#malformed(
        `checksum of the data of ${name} is ${this.#sum}, wanted ${check}`,
        this.#headerOffset + 102,
      );
    }
    this.#summing = false;
    this.#expect('padding', this.#dataPadding());
  }

  #dataPadding(): number {
    return paddingTo((this.#header as CpioHeader).fileSize, (this.#layout as HeaderLayout).alignment);
  }

  #emit(target: string, dataOffset: number): void {
    const header = this.#header as CpioHeader;
    this.#events.entry({ header, name: this.#name, target, offset: this.#headerOffset, dataOffset });
  }

  #longTarget(length: number): StillrootError {
    const at = this.#headerOffset + (this.#layout as HeaderLayout).fileSizeOffset;
    const what = `a link target has ${length} bytes, the limit is ${this.#limits.targetLength}`;
    return overLimit('targetLength', what, this.#where(at));
  }

  #where(offset: number): string {
    return `${this.#archive}: byte ${offset} of the cpio archive`;
  }

  #malformed(what: string, offset: number): StillrootError {
    return new StillrootError('archive-malformed', what, {
      where: this.#where(offset),
      hint: 'The archive is damaged or incomplete.',
    });
  }
}

const STATE_TEXT: Readonly<Record<State, string>> = {
  magic: 'a header',
  header: 'a header',
  name: 'a name',
  target: 'a link target',
  data: 'the data of a file',
  padding: 'padding',
  end: 'nothing',
};

/** c_chksum of the crc format: the sum of the bytes of the data modulo 2^32. The kernel's buffer-format.rst. */
export function addToSum(sum: number, bytes: Uint8Array): number {
  let total = sum;
  // Exact: a piece would need 2^45 bytes to reach 2^53.
  for (let at = 0; at < bytes.length; at += 1) total += bytes[at] as number;
  return total % 0x1_0000_0000;
}
