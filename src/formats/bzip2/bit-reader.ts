import { malformed } from '../damage.ts';
import type { ByteInput } from '../input.ts';

const READ_BYTES = 64 * 1024;

/** Bits of a file in order, the highest of each byte first. Reads ahead; `offset` says what has been used. */
export class BitReader {
  readonly #input: ByteInput;
  readonly #name: string;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Offset of `#bytes` in the file. */
  #start: number;
  #at = 0;
  #buffer = 0;
  /** Unused bits of `#buffer`, the lowest ones. */
  #count = 0;

  /** @param name of the file, for messages */
  constructor(input: ByteInput, offset: number, name: string) {
    this.#input = input;
    this.#start = offset;
    this.#name = name;
  }

  /** Of the byte that holds the next bit. */
  get offset(): number {
    return this.#start + this.#at - (this.#count >> 3);
  }

  /**
   * @param count 1 to 24
   * @throws archive-malformed where the file ends before that
   */
  read(count: number): number {
    while (this.#count < count) {
      if (this.#at === this.#bytes.length) this.#fill();
      this.#buffer = ((this.#buffer << 8) | (this.#bytes[this.#at] as number)) >>> 0;
      this.#at += 1;
      this.#count += 8;
    }
    this.#count -= count;
    const value = this.#buffer >>> this.#count;
    this.#buffer &= (1 << this.#count) - 1;
    return value;
  }

  read32(): number {
    const high = this.read(16);
    return ((high << 16) | this.read(16)) >>> 0;
  }

  /** Skips to the beginning of a byte. */
  align(): void {
    this.read((this.#count & 7) === 0 ? 0 : this.#count & 7);
  }

  #fill(): void {
    this.#start += this.#bytes.length;
    this.#at = 0;
    this.#bytes = this.#input.read(this.#start, READ_BYTES);
    if (this.#bytes.length > 0) return;
    throw malformed('the bzip2 data are cut short', this.#name, this.#input.size);
  }
}
