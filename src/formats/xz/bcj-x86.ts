/**
 * The x86 branch filter (BCJ) of the .xz format, id 0x04, start offset 0: the relative operand of CALL (E8)
 * and JMP (E9) becomes an absolute address, so that calls to one function look alike and compress better.
 * Bytes agree with liblzma's filter, whose oddities (which operands are left alone) are part of the format.
 */

/** A branch is an opcode and a 32-bit little-endian operand. */
const BRANCH_BYTES = 5;

/** One pass over one block. Bytes come in order; state carries over from one call to the next. */
export class X86Filter {
  readonly #sign: 1 | -1;
  /** Bytes of the block before the next call. */
  #position = 0;
  /** Where the last opcode byte stood, converted or not, counted from the start of the block. */
  #lastOpcode = -BRANCH_BYTES;
  /**
   * Opcode bytes left unconverted close by. Bit n of the low four: one stood n bytes before the last opcode;
   * bit n of the high four: and the top byte of its operand was 00 or FF.
   */
  #skipped = 0;

  constructor(direction: 'encode' | 'decode') {
    this.#sign = direction === 'encode' ? 1 : -1;
  }

  /**
   * Filters `bytes` in place. Up to four bytes at the end may still begin a branch and are left alone: the
   * caller hands them in again in front of what follows, or keeps them as they are at the end of the block.
   * @returns how many bytes from the start are final
   */
  run(bytes: Uint8Array): number {
    const sign = this.#sign;
    const base = this.#position;
    const last = bytes.length - BRANCH_BYTES;
    let lastOpcode = this.#lastOpcode - base;
    let skipped = this.#skipped;
    let at = 0;
    while (at <= last) {
      if ((bytes[at]! & 0xfe) !== 0xe8) {
        at++;
        continue;
      }
      const gap = at - lastOpcode;
      lastOpcode = at;
      if (skipped !== 0) skipped = age(skipped, gap);
      const top = bytes[at + 4]!;
      const branchLike = top === 0x00 || top === 0xff;
      // Converted only if at most one opcode was skipped in the three bytes before, and that one did not
      // look like a branch; otherwise a decoder could not tell what the encoder saw.
      if (!branchLike || skipped >= 0x20 || ONE_SKIPPED[skipped >> 1] === 0) {
        skipped |= branchLike ? 0x11 : 0x01;
        at++;
        continue;
      }
      const operand = bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16) | (top << 24);
      const next = sign * (base + at + BRANCH_BYTES);
      let target = (operand + next) | 0;
      if (skipped !== 0) {
        // The skipped opcode's top operand byte lies inside this operand. If the conversion would make it
        // 00 or FF, a decoder would see a branch there; the bits up to it are flipped and converted again.
        const shift = 32 - 8 * SKIPPED_DISTANCE[skipped >> 1]!;
        const below = (1 << shift) - 1;
        while (looksLikeSign((target >>> (shift - 8)) & 0xff)) {
          target = ((target ^ below) + next) | 0;
        }
        skipped = 0;
      }
      bytes[at + 1] = target;
      bytes[at + 2] = target >> 8;
      bytes[at + 3] = target >> 16;
      bytes[at + 4] = (target & 0x01000000) === 0 ? 0x00 : 0xff;
      at += BRANCH_BYTES;
    }
    this.#position = base + at;
    this.#lastOpcode = base + lastOpcode;
    this.#skipped = skipped;
    return at;
  }
}

/** Whole block in place, before compression. */
export function encodeX86(block: Uint8Array): void {
  new X86Filter('encode').run(block);
}

/** Whole block in place, after decompression. */
export function decodeX86(block: Uint8Array): void {
  new X86Filter('decode').run(block);
}

/** By the skipped opcodes 1, 2 and 3 bytes back (bits 0..2): 1 where there is at most one of them. */
const ONE_SKIPPED: readonly number[] = [1, 1, 1, 0, 1, 0, 0, 0];
/** By the same bits: how far back the only one is. */
const SKIPPED_DISTANCE: readonly number[] = [0, 1, 2, 2, 3, 3, 3, 3];

/** Moves both halves of `skipped` `gap` bytes back and forgets what is more than three bytes away. */
function age(skipped: number, gap: number): number {
  if (gap > 3) return 0;
  if (gap === 1) return (skipped & 0x77) << 1;
  if (gap === 2) return (skipped & 0x33) << 2;
  return (skipped & 0x11) << 3;
}

function looksLikeSign(byte: number): boolean {
  return byte === 0x00 || byte === 0xff;
}
