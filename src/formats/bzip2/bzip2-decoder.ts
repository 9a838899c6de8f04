import { inArchive, malformed } from '../damage.ts';
import type { DecoderInput } from '../decoder.ts';
import { BitReader } from './bit-reader.ts';
import { readBlock, type TransformedBlock } from './block.ts';

/** For each level from 1 to 9. */
const LEVEL_BYTES = 100_000;
/** Bytes that are yielded at once. */
const PIECE_BYTES = 256 * 1024;
/** The digits of pi, and of its square root. */
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;
/** After four equal bytes, a byte says how often they are repeated. */
const RUN_BYTES = 4;

/** Whether a stream begins: with the magic of its first block, since a name in a tar archive may begin with `BZh9` too. */
export function startsBzip2(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 10));
  return /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(text);
}

/** Decodes bzip2: streams in a row, the CRC of each block and stream compared. Memory: 4.5 MB. */
export async function* decodeBzip2(from: DecoderInput): AsyncGenerator<Uint8Array, number, undefined> {
  const { input, name, guard } = from;
  let at = from.offset;
  const produced = { bytes: 0 };
  do {
    const level = (input.read(at + 3, 1)[0] as number) - 0x30;
    guard.window(level * LEVEL_BYTES * 4, at);
    const bits = new BitReader(input, at + 4, name);
    const chain = new Uint32Array(level * LEVEL_BYTES);
    let combined = 0;
    while (readMagic(bits, name)) {
      const start = bits.offset;
      const claimed = bits.read32();
      const block = inArchive(name, () => readBlock(bits, chain));
      const crc = new BlockCrc();
      for (const piece of contentOf(block)) {
        crc.update(piece);
        produced.bytes += piece.length;
        guard.output(produced.bytes, bits.offset);
        yield piece;
      }
      if (crc.value !== claimed) {
        throw malformed('the content of a bzip2 block does not match its CRC', name, start);
      }
      combined = (((combined << 1) | (combined >>> 31)) ^ crc.value) >>> 0;
    }
    const claimed = bits.read32();
    if (claimed !== combined) throw malformed('the bzip2 stream does not match its CRC', name, bits.offset);
    bits.align();
    at = bits.offset;
  } while (startsBzip2(input.read(at, 10)));
  return at;
}

/** @returns whether a block follows; false at the end of a stream */
function readMagic(bits: BitReader, name: string): boolean {
  const start = bits.offset;
  const found = [bits.read(24), bits.read(24)] as const;
  const is = (magic: readonly [number, number]): boolean => found[0] === magic[0] && found[1] === magic[1];
  if (is(BLOCK_MAGIC)) return true;
  if (is(END_MAGIC)) return false;
  throw malformed('neither a bzip2 block nor the end of the stream begins here', name, start);
}

/** Walks along the chain, and repeats what is repeated. The buffer is reused. */
function* contentOf({ chain, length, first }: TransformedBlock): Generator<Uint8Array, void, undefined> {
  const piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  let at = first;
  let [previous, equal] = [-1, 0];
  for (let done = 0; done < length; done += 1) {
    const entry = chain[at] as number;
    const byte = entry & 0xff;
    at = entry >>> 8;
    let count = 1;
    let value = byte;
    if (equal === RUN_BYTES) {
      [count, value] = [byte, previous];
      [previous, equal] = [-1, 0];
    } else if (byte === previous) equal += 1;
    else [previous, equal] = [byte, 1];
    if (filled + count > PIECE_BYTES) {
      yield piece.subarray(0, filled);
      filled = 0;
    }
    if (count === 1) piece[filled] = value;
    else piece.fill(value, filled, filled + count);
    filled += count;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** The polynomial of Ethernet, but with the highest bit first, unlike in gzip. */
const CRC_TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc;
});

class BlockCrc {
  #crc = -1;

  get value(): number {
    return ~this.#crc >>> 0;
  }

  update(bytes: Uint8Array): void {
    let crc = this.#crc;
    for (const byte of bytes) crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ byte] as number);
    this.#crc = crc;
  }
}
