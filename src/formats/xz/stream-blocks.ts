import { availableParallelism } from 'node:os';
import type { ByteInput } from '../input.ts';
import { decodeBlock } from './decode-block.ts';
import { release } from './primitives.ts';
import type { StreamBlock } from './walk-stream.ts';

/** Each decoder has a thread and a dictionary; more than this many gain little and cost memory. */
const DECODERS_MAX = 4;

/** The dictionaries of all decoders together stay below this; one decoder always runs. */
const DICTIONARIES_BYTES_MAX = 64 * 1024 * 1024;

/** Blocks written by stillroot and by `xz -6` have this many bytes. */
const USUAL_BLOCK_BYTES = 24 * 1024 * 1024;

/**
 * A decoder that is ahead of its reader by this many bytes waits. Of two decoders, the second does the first half of its
 * block while the first does the second half of the previous one, so half a block ahead keeps both busy.
 */
function aheadBytesMax(decoders: number): number {
  return (USUAL_BLOCK_BYTES * (decoders - 1)) / decoders;
}

/**
 * The content of blocks in order. The library decodes on its own threads, so the blocks after the one being
 * read are decoded in the meantime and held, as far as `aheadBytesMax` allows. A piece is valid until the next one is
 * requested.
 */
export async function* streamBlocks(
  input: ByteInput,
  blocks: readonly StreamBlock[],
  name: string,
  decoders: number = Math.min(availableParallelism(), DECODERS_MAX),
): AsyncGenerator<Uint8Array, void, undefined> {
  const running: Prefetch[] = [];
  let started = 0;
  try {
    while (started < blocks.length || running.length > 0) {
      while (running.length < decoders && started < blocks.length) {
        const block = blocks[started]!;
        const dictionaries = running.reduce((sum, one) => sum + one.dictionary, block.dictionary);
        if (running.length > 0 && dictionaries > DICTIONARIES_BYTES_MAX) break;
        started += 1;
        const pieces = decodeBlock(input, block, block.check, name);
        running.push(new Prefetch(block.dictionary, aheadBytesMax(decoders), pieces));
      }
      const first = running[0]!;
      for (let piece = await first.next(); piece !== undefined; piece = await first.next()) {
        yield piece;
        release(piece);
      }
      running.shift();
    }
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** Runs a generator ahead of its reader. */
class Prefetch {
  /** Bytes that the decoder holds in addition. */
  readonly dictionary: number;
  readonly #aheadBytesMax: number;
  readonly #pieces: Uint8Array[] = [];
  #heldBytes = 0;
  #stopped = false;
  #ended = false;
  #failure: { readonly cause: unknown } | undefined;
  /** Wakes whichever side waits; they never both do. */
  #wake: () => void = () => {};
  readonly #done: Promise<void>;

  constructor(
    dictionary: number,
    aheadBytesMax: number,
    source: AsyncGenerator<Uint8Array, void, undefined>,
  ) {
    this.dictionary = dictionary;
    this.#aheadBytesMax = aheadBytesMax;
    this.#done = this.#run(source);
  }

  /** The next piece, or undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#pieces.length === 0) {
      if (this.#failure !== undefined) throw this.#failure.cause;
      if (this.#ended) return undefined;
      await this.#wait();
    }
    const piece = this.#pieces.shift()!;
    this.#heldBytes -= piece.length;
    this.#wake();
    return piece;
  }

  /** Resolves when the generator has released its resources. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#done;
    for (const piece of this.#pieces) release(piece);
  }

  async #run(source: AsyncGenerator<Uint8Array, void, undefined>): Promise<void> {
    try {
      for await (const piece of source) {
        this.#pieces.push(piece);
        this.#heldBytes += piece.length;
        this.#wake();
        while (this.#heldBytes > this.#aheadBytesMax && !this.#stopped) await this.#wait();
        if (this.#stopped) break;
      }
    } catch (cause) {
      // Kept for the reader, which gets it after the preceding pieces.
      this.#failure = { cause };
    }
    this.#ended = true;
    this.#wake();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
