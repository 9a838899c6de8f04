/**
 * Looks for private keys in texts too long to be read whole: a key appended to a bundle of certificates, to a log, to a
 * dump of settings. Searches only for keys that cannot be confused with other text, not for passwords and tokens.
 */
import { holdsPrivateKeyText } from './key-texts.ts';

/** Bytes at the beginning of a file that show whether it is text. */
export const TEXT_HEAD_BYTES: number = 4096;

/** Maximum bytes searched of one long text, from its beginning. A larger text is searched in part. */
export const LONG_TEXT_BYTES_MAX: number = 4 * 1024 * 1024;

/** Characters that are searched together, and held in memory. */
const WINDOW = 64 * 1024;
/** Characters of a window that the next one repeats: more than the longest prefix needed to recognize a key. */
const OVERLAP = 4096;

/** Control characters that do not occur in text: all except BEL to CR, and ESC. */
const NO_TEXT = /[\0-\x06\x0e-\x1a\x1c-\x1f]/;

/**
 * How a file that begins like this is encoded: in single bytes, as ASCII, UTF-8 and the like, or in pairs of bytes one
 * of which is zero, as English in UTF-16.
 *
 * @param head the first TEXT_HEAD_BYTES of the file
 * @returns undefined if it is not text
 */
export function textWidth(head: Buffer): 1 | 2 | undefined {
  if (head.length === 0) return undefined;
  const text = head.toString('latin1');
  if (!NO_TEXT.test(text)) return 1;
  const isMarked = text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff');
  const zeros = [0, 0] as [number, number];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) zeros[(at & 1) as 0 | 1] += 1;
  const half = Math.floor(head.length / 2);
  const isWide = isMarked
    ? Math.max(...zeros) > half / 2
    : Math.min(...zeros) === 0 && Math.max(...zeros) > 0.9 * half;
  return isWide && !NO_TEXT.test(text.replaceAll('\0', '')) ? 2 : undefined;
}

/**
 * Takes a text in pieces of any size and determines whether it contains a private key. The answer does not depend on
 * how the text is split. Holds at most a window and an overlap, regardless of the length of the text.
 */
export class LongTextSearch {
  readonly #isWide: boolean;
  #text = '';
  #found = false;

  /** @param width see textWidth */
  constructor(width: 1 | 2) {
    this.#isWide = width === 2;
  }

  /** @returns whether a key was found, in this piece or before; then further pieces are not needed */
  push(piece: Buffer): boolean {
    for (let at = 0; at < piece.length && !this.#found; at += WINDOW) {
      const text = piece.toString('latin1', at, Math.min(at + WINDOW, piece.length));
      this.#text += this.#isWide ? text.replaceAll('\0', '') : text;
      if (this.#text.length >= WINDOW + OVERLAP) this.#search();
    }
    return this.#found;
  }

  /** To be called after the last piece. */
  finish(): boolean {
    this.#found ||= holdsPrivateKeyText(this.#text);
    return this.#found;
  }

  #search(): void {
    const text = this.#text;
    // A line that continues in the next piece is searched once it is complete, unless it is longer than a key.
    const lineEnd = text.lastIndexOf('\n');
    const isCut = lineEnd < text.length - OVERLAP;
    this.#found = holdsPrivateKeyText(isCut ? text : text.slice(0, lineEnd + 1));
    // Starts after a line end, so that line beginnings are recognized correctly in the next window.
    const newline = text.lastIndexOf('\n', text.length - OVERLAP);
    this.#text =
      newline > text.length - 2 * OVERLAP ? text.slice(newline) : `\0${text.slice(text.length - OVERLAP)}`;
  }
}
