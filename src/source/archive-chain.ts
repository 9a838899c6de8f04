import { type ArchiveParser, HEAD_SIZE } from './archive-parser.ts';

export interface ChainEvents {
  /**
   * @param head at least HEAD_SIZE bytes, or all that is left
   * @param offset where it begins in all that was pushed
   */
  readonly start: (head: Uint8Array, offset: number) => ArchiveParser;
  readonly finish: (parser: ArchiveParser) => void;
}

/** Archives that stand one behind another in one stream of bytes, with zeros between them. */
export class ArchiveChain {
  readonly #events: ChainEvents;
  #parser: ArchiveParser | undefined;
  /** What has come behind the last archive, until it is enough to tell what it is. */
  #pending: Uint8Array = NOTHING;
  #offset = 0;

  constructor(events: ChainEvents) {
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#work(false);
    // The caller may use its bytes again, and less than a head is held.
    if (this.#pending.length > 0) this.#pending = Uint8Array.from(this.#pending);
  }

  /** @returns bytes that were pushed, in all */
  finish(): number {
    this.#work(true);
    if (this.#parser !== undefined) this.#events.finish(this.#parser);
    return this.#offset;
  }

  #work(isLast: boolean): void {
    while (this.#pending.length > 0) {
      this.#parser ??= this.#begin(isLast);
      const parser = this.#parser;
      if (parser === undefined) return;
      this.#advance(parser.push(this.#pending));
      // The zeros behind a tar archive are its own, and more of them may come.
      if (!parser.ended || (parser.format === 'tar' && this.#pending.length === 0)) return;
      this.#events.finish(parser);
      this.#parser = undefined;
    }
  }

  #begin(isLast: boolean): ArchiveParser | undefined {
    const zeros = this.#pending.findIndex((byte) => byte !== 0);
    this.#advance(zeros === -1 ? this.#pending.length : zeros);
    if (this.#pending.length === 0 || (this.#pending.length < HEAD_SIZE && !isLast)) return undefined;
    return this.#events.start(this.#pending, this.#offset);
  }

  #advance(count: number): void {
    this.#offset += count;
    this.#pending = this.#pending.subarray(count);
  }
}

const NOTHING = new Uint8Array(0);
