/** The data of one member and its padding, as they pass: how much is left, and who sees it. */
import type { FileContent } from './file-content.ts';
import { paddingAfter } from './header.ts';

export class MemberData {
  readonly #content: FileContent | undefined;
  #dataLeft: number;
  #paddingLeft: number;

  /**
   * @param stored bytes in the archive, padding not counted
   * @param content who takes them; undefined for data that nobody asked for
   */
  constructor(stored: number, content: FileContent | undefined) {
    this.#content = content;
    this.#dataLeft = stored;
    this.#paddingLeft = paddingAfter(stored);
  }

  /** Bytes, padding included. */
  get left(): number {
    return this.#dataLeft + this.#paddingLeft;
  }

  get inPadding(): boolean {
    return this.#dataLeft === 0;
  }

  /** @returns how many bytes from `at` on belong here */
  pass(bytes: Uint8Array, at: number): number {
    const data = Math.min(bytes.length - at, this.#dataLeft);
    if (data > 0) this.#content?.push(bytes.subarray(at, at + data));
    const count = Math.min(bytes.length - at, this.left);
    this.#advance(count, data);
    return count;
  }

  /** @param count at most `left` */
  skip(count: number): void {
    const data = Math.min(count, this.#dataLeft);
    this.#content?.skip(data);
    this.#advance(count, data);
  }

  #advance(count: number, data: number): void {
    this.#dataLeft -= data;
    this.#paddingLeft -= count - data;
  }
}
