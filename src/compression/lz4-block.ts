/** Content of a block, and how far the file has been read for it. */
export interface Lz4Piece {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/**
 * Decodes one LZ4 block (lz4_Block_format.md): sequences of literals and of a match that lies up to 65,535
 * bytes back. Every length and distance is compared with what there is before a byte is copied.
 * @param target content decoded before ends at `start`: a match may reach back into it
 * @returns where the content ends in `target`, or a clause that says what is wrong with the block
 */
export function decodeLz4Block(block: Uint8Array, target: Uint8Array, start: number): number | string {
  let at = 0;
  let out = start;
  while (at < block.length) {
    const token = block[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      for (let byte = 255; byte === 255; literals += byte) {
        if (at === block.length) return 'a length runs past its end';
        byte = block[at++]!;
      }
    }
    if (literals > block.length - at) return 'literals run past its end';
    if (literals > target.length - out) return 'it decodes to too much';
    if (literals < COPY_LOOP_MAX) for (let end = at + literals; at < end; ) target[out++] = block[at++]!;
    else {
      target.set(block.subarray(at, at + literals), out);
      at += literals;
      out += literals;
    }
    // The last sequence has literals only.
    if (at === block.length) return out;
    if (block.length - at < 2) return 'a distance runs past its end';
    const distance = block[at]! | (block[at + 1]! << 8);
    at += 2;
    if (distance === 0) return 'a distance is 0';
    if (distance > out) return 'a distance reaches before the content';
    let length = (token & 15) + MATCH_BYTES_MIN;
    if ((token & 15) === 15) {
      for (let byte = 255; byte === 255; length += byte) {
        if (at === block.length) return 'a length runs past its end';
        byte = block[at++]!;
      }
    }
    if (length > target.length - out) return 'it decodes to too much';
    const end = out + length;
    if (length >= COPY_LOOP_MAX && distance >= length) {
      target.copyWithin(out, out - distance, end - distance);
      out = end;
    } else if (length >= COPY_LOOP_MAX && distance === 1) {
      target.fill(target[out - 1]!, out, end);
      out = end;
    } else {
      for (; out < end; out++) target[out] = target[out - distance]!;
    }
  }
  return block.length === 0 ? 'it is empty' : 'it ends with a match';
}

const MATCH_BYTES_MIN = 4;

/** A byte that goes on with a length stands for at most 255 bytes. */
const EXPANSION_MAX = 255;

/** Bytes that a block can decode to: a format's largest block is not reserved for a few bytes. */
export function lz4OutputMax(blockLength: number, formatMax: number): number {
  return Math.min(formatMax, (blockLength + 1) * EXPANSION_MAX);
}

/** Below this many bytes a loop is faster than a call. */
const COPY_LOOP_MAX = 32;
