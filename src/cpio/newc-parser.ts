/**
 * Bytes -> entries of one newc archive, pushed in pieces of any size. Holds one header and one symlink
 * target at most; file data passes through.
 */
import { StillrootError } from '../errors.ts';
import {
  decodeHeader,
  FILE_TYPE_BITS,
  HEADER_SIZE,
  headerSpan,
  MAX_NAME_LENGTH,
  type NewcHeader,
  paddingAfter,
  TRAILER_NAME,
} from './newc.ts';

const TYPE_MASK = 0o170000;

export interface ParsedEntry {
  readonly header: NewcHeader;
  /** Name as it stands in the archive, up to its first NUL (writers pad names with NUL to align data). */
  readonly name: string;
  /** Of a symlink, up to its first NUL. */
  readonly target: string;
  /** Offset of the header in the archive. */
  readonly offset: number;
}

export interface ParserEvents {
  readonly entry: (entry: ParsedEntry) => void;
  /** A piece of the data of the file whose entry came last; valid during the call only. */
  readonly data?: (bytes: Uint8Array) => void;
}

type State = 'header' | 'name' | 'target' | 'data' | 'padding' | 'end';

export class NewcParser {
  readonly #archive: string;
  readonly #events: ParserEvents;
  readonly #held = Buffer.alloc(HEADER_SIZE + MAX_NAME_LENGTH + 8);
  #state: State = 'header';
  #filled = 0;
  #wanted = HEADER_SIZE;
  #offset = 0;
  #headerOffset = 0;
  #header: NewcHeader | undefined;
  #name = '';
  #dataLeft = 0;

  /** @param archive for messages */
  constructor(archive: string, events: ParserEvents) {
    this.#archive = archive;
    this.#events = events;
  }

  /** True after the trailer: the archive is complete. */
  get ended(): boolean {
    return this.#state === 'end';
  }

  /**
   * @returns how many bytes belong to this archive; fewer than given only when it has ended
   * @throws archive-malformed
   */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'end') {
      const taken = this.#state === 'data' ? this.#passData(bytes, at) : this.#hold(bytes, at);
      at += taken;
      this.#offset += taken;
      if (this.#state !== 'data' && this.#filled === this.#wanted) this.#complete();
      else if (this.#state === 'data' && this.#dataLeft === 0) this.#expectPadding();
    }
    return at;
  }

  /** @throws archive-malformed where the archive has no trailer yet */
  finish(): void {
    if (this.#state === 'end') return;
    const what =
      this.#state === 'header' && this.#filled === 0
        ? 'there is no trailer'
        : `it ends inside ${STATE_TEXT[this.#state]}`;
    throw this.#malformed(`the archive is cut short: ${what}`, this.#offset);
  }

  #hold(bytes: Uint8Array, at: number): number {
    const count = Math.min(bytes.length - at, this.#wanted - this.#filled);
    this.#held.set(bytes.subarray(at, at + count), this.#filled);
    this.#filled += count;
    return count;
  }

  #passData(bytes: Uint8Array, at: number): number {
    const count = Math.min(bytes.length - at, this.#dataLeft);
    this.#events.data?.(bytes.subarray(at, at + count));
    this.#dataLeft -= count;
    return count;
  }

  #expect(state: State, wanted: number, filled = 0): void {
    this.#state = state;
    this.#wanted = wanted;
    this.#filled = filled;
    // Nothing to wait for, such as padding of no bytes: complete at once, or a push of nothing would be needed.
    if (wanted === filled && state !== 'data' && state !== 'end') this.#complete();
  }

  #complete(): void {
    if (this.#state === 'header') this.#readHeader();
    else if (this.#state === 'name') this.#readName();
    else if (this.#state === 'target') this.#readTarget();
    else if (this.#state === 'padding') this.#expect('header', HEADER_SIZE);
  }

  #readHeader(): void {
    this.#headerOffset = this.#offset - HEADER_SIZE;
    const header = decodeHeader(this.#held, 0, this.#where(this.#headerOffset));
    if (header.nameSize < 1 || header.nameSize > MAX_NAME_LENGTH + 1) {
      throw this.#malformed(
        `c_namesize is ${header.nameSize}, wanted 1 to ${MAX_NAME_LENGTH + 1}`,
        this.#headerOffset + 94,
      );
    }
    this.#header = header;
    this.#expect('name', headerSpan(header.nameSize - 1), HEADER_SIZE);
  }

  #readName(): void {
    const header = this.#header as NewcHeader;
    const field = this.#held.toString('latin1', HEADER_SIZE, HEADER_SIZE + header.nameSize);
    const end = field.indexOf('\0');
    if (!field.endsWith('\0')) {
      throw this.#malformed('the name does not end with NUL', this.#headerOffset + HEADER_SIZE);
    }
    this.#name = field.slice(0, end);
    if (this.#name === TRAILER_NAME) {
      this.#state = 'end';
      return;
    }
    if ((header.mode & TYPE_MASK) !== FILE_TYPE_BITS.symlink) {
      this.#emit('');
      this.#dataLeft = header.fileSize;
      this.#state = 'data';
      if (header.fileSize === 0) this.#expect('header', HEADER_SIZE);
      return;
    }
    if (header.fileSize > MAX_NAME_LENGTH + 1) {
      throw this.#malformed(
        `a link target has ${header.fileSize} bytes, wanted at most ${MAX_NAME_LENGTH}`,
        this.#headerOffset + 54,
      );
    }
    this.#expect('target', header.fileSize);
  }

  #readTarget(): void {
    const { fileSize } = this.#header as NewcHeader;
    const [target = ''] = this.#held.toString('latin1', 0, fileSize).split('\0');
    this.#emit(target);
    this.#expectPadding();
  }

  #expectPadding(): void {
    this.#expect('padding', paddingAfter((this.#header as NewcHeader).fileSize));
  }

  #emit(target: string): void {
    this.#events.entry({
      header: this.#header as NewcHeader,
      name: this.#name,
      target,
      offset: this.#headerOffset,
    });
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
  header: 'a header',
  name: 'a name',
  target: 'a link target',
  data: 'the data of a file',
  padding: 'padding',
  end: 'nothing',
};
