/**
 * The x86 branch filter (BCJ) of the .xz format, id 0x04, start offset 0: the relative operand of CALL (E8)
 * and JMP (E9) becomes an absolute address, so that calls to one function look alike and compress better.
 * Output matches liblzma's filter byte for byte; its oddities (which operands are left alone) are part of the format.
 */
/** A branch is an opcode and a 32-bit little-endian operand. */
const BRANCH_BYTES = 5;

/** One pass over one block. Bytes arrive in order; state carries over between calls. */
export class X86Filter {
  readonly #sign: 1 | -1;
  /** Bytes of the block processed so far. */
  #position = 0;
  /** Position of the last opcode byte, converted or not, from the start of the block. */
  #lastOpcode = -BRANCH_BYTES;
  /**
   * Nearby opcode bytes left unconverted. Bit n of the low four: there was one n bytes before the last opcode;
   * bit n of the high four: and the top byte of its operand was 00 or FF.
   */
  #skipped = 0;

  constructor(direction: 'encode' | 'decode') {
    this.#sign = direction === 'encode' ? 1 : -1;
  }

  /**
   * Filters `bytes` in place. Up to four bytes at the end may still begin a branch and are left alone: the
   * caller passes them in again before what follows, or keeps them unchanged at the end of the block.
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
        // The skipped opcode's top operand byte is inside this operand. If the conversion would make it
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
/** By the same bits: how far back the single one is. */
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

/** Slots of each table of operands seen; a power of two. */
const SLOT_BITS = 16;

/**
 * A relative repeat that the filter destroys costs about twice what an absolute one gains: around it the
 * bytes often repeat too, so that a long match falls apart, while a call to the same function is isolated.
 */
const RELATIVE_WEIGHT = 2;

/** Whether the x86 filter makes a block smaller, from the block's content alone. */
export function x86FilterHelps(block: Uint8Array): boolean {
  return x86FilterGain(block) > 0;
}

/**
 * How much the x86 filter is expected to gain on a block: the repeats of operands that it creates, less the weighted ones
 * that it destroys.
 *
 * The filter turns relative branch operands into absolute ones. That pays where one address is called from
 * many places, so that absolute operands repeat, and it costs where relative operands repeat: in tables that
 * only look like branches, and in kernel modules and other objects, whose operands are not filled in yet.
 * Both kinds of repeat are counted and weighed. On the blocks of bench/LEVELS.md this is right more often
 * than any rule based on the share of program files, and needs no access to the files.
 *
 * Costs about a millisecond a MiB. Integer arithmetic only: the answer is part of the output's bytes.
 */
export function x86FilterGain(block: Uint8Array): number {
  const relativeSeen = new Int32Array(1 << SLOT_BITS);
  const absoluteSeen = new Int32Array(1 << SLOT_BITS);
  let gain = 0;
  const last = block.length - 5;
  for (let at = 0; at <= last; at++) {
    if ((block[at]! & 0xfe) !== 0xe8) continue; // CALL is E8, JMP is E9
    const top = block[at + 4]!;
    if (top !== 0x00 && top !== 0xff) continue;
    const relative = block[at + 1]! | (block[at + 2]! << 8) | (block[at + 3]! << 16) | (top << 24);
    // The filter keeps 25 bits of the sum and repeats the highest of them.
    const absolute = ((relative + at + 5) << 7) >> 7;
    const absoluteRepeats = remember(absoluteSeen, absolute);
    const relativeRepeats = remember(relativeSeen, relative);
    if (absoluteRepeats && !relativeRepeats) gain += 1;
    if (relativeRepeats && !absoluteRepeats) gain -= RELATIVE_WEIGHT;
    at += 4;
  }
  return gain;
}

/** @returns whether `operand` was the last one in its slot */
function remember(seen: Int32Array, operand: number): boolean {
  const slot = Math.imul(operand, 0x9e3779b1) >>> (32 - SLOT_BITS);
  // 0 marks an empty slot, so the operand 0 itself counts as a repeat from its first occurrence.
  if (seen[slot] === operand) return true;
  seen[slot] = operand;
  return false;
}
