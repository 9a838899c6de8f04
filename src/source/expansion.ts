/** How much comes out of an archive file, all its members and holes together, compared with the bytes that go in. */
import type { Guard } from '../formats/decoder.ts';
import type { Segment } from '../formats/tar/segments.ts';
import { overLimit, type ReadLimits } from './read-limits.ts';

type ExpansionLimits = Pick<
  ReadLimits,
  'uncompressedSize' | 'expansionRatio' | 'expansionFree' | 'dictionarySize' | 'xzIndexSize'
>;

/** Bytes out and in for one member, as far as it has been read. */
interface MemberCount {
  produced: number;
  consumed: number;
}

/** Sums over a file and all that is in it. */
interface Sums {
  /** Bytes of the file. */
  readonly size: number;
  produced: number;
  consumed: number;
  holes: number;
}

/** One for each open archive file. A member that is read twice counts once. */
export class Expansion {
  readonly #name: string;
  readonly #limits: ExpansionLimits;
  readonly #members = new Map<number, MemberCount>();
  readonly #sums: Sums;
  /** Bytes of the file for each byte that a decoder consumes: less than 1 where these were compressed too. */
  readonly #scale: number;

  /**
   * @param name of the file, for messages
   * @param size bytes of the file
   */
  constructor(
    name: string,
    size: number,
    limits: ExpansionLimits,
    sums: Sums = { size, produced: 0, consumed: 0, holes: 0 },
    scale: number = 1,
  ) {
    this.#name = name;
    this.#limits = limits;
    this.#sums = sums;
    this.#scale = scale;
  }

  /**
   * For a file inside this one: what comes out of it counts here as well.
   *
   * @param name of the inner file, for messages
   * @param scale bytes of this file for each byte of the inner one
   */
  inner(name: string, scale: number): Expansion {
    return new Expansion(name, this.#sums.size, this.#limits, this.#sums, scale);
  }

  /** The guard for the decoder of the compressed member at `start`. */
  guard(start: number): Guard {
    const member = this.#members.get(start) ?? { produced: 0, consumed: 0 };
    this.#members.set(start, member);
    return {
      indexSize: this.#limits.xzIndexSize,
      window: (bytes, offset) => {
        const { dictionarySize } = this.#limits;
        if (bytes <= dictionarySize) return;
        const what = `a dictionary of ${bytes} bytes, the limit is ${dictionarySize}`;
        throw overLimit('dictionarySize', what, `${this.#name} byte ${offset}`);
      },
      output: (produced, offset) => {
        this.#grow(member, produced, Math.max(1, (offset - start) * this.#scale));
        this.#checkSum(`${this.#name} byte ${offset}`);
        const sums = this.#sums;
        this.#checkRatio(sums.produced, Math.ceil(sums.consumed), `${this.#name} byte ${offset}`);
      },
    };
  }

  /**
   * Zeros of a sparse file that the archive does not store. They are compared with the whole file: the position of
   * their entry in it is irrelevant.
   *
   * @param where the entry, for messages
   * @throws archive-limit
   */
  addHoles(bytes: number, where: string): void {
    const sums = this.#sums;
    sums.holes += bytes;
    this.#checkSum(where);
    const plain = Math.max(0, Math.floor(sums.size - sums.consumed));
    this.#checkRatio(sums.produced + plain + sums.holes, sums.size, where);
  }

  #grow(member: MemberCount, produced: number, consumed: number): void {
    this.#sums.produced += Math.max(0, produced - member.produced);
    this.#sums.consumed += Math.max(0, consumed - member.consumed);
    member.produced = Math.max(member.produced, produced);
    member.consumed = Math.max(member.consumed, consumed);
  }

  #checkSum(where: string): void {
    const { uncompressedSize } = this.#limits;
    const total = this.#sums.produced + this.#sums.holes;
    if (total <= uncompressedSize) return;
    const what = `decodes to ${total} bytes or more, the limit is ${uncompressedSize}`;
    throw overLimit('uncompressedSize', what, where);
  }

  #checkRatio(produced: number, consumed: number, where: string): void {
    const { expansionFree, expansionRatio } = this.#limits;
    if (produced <= expansionFree || produced <= consumed * expansionRatio) return;
    const what = `${consumed} bytes decode to ${produced} or more, the limit is ${expansionRatio} bytes per byte`;
    throw overLimit('expansionRatio', what, where);
  }
}

/** Bytes of a file that are not stored. @param segments null for a file without holes */
export function holesOf(size: number, segments: readonly Segment[] | null): number {
  return segments === null ? 0 : segments.reduce((left, segment) => left - segment.size, size);
}
