/** Slots of each table of operands seen; a power of two. */
const SLOT_BITS = 16;

/**
 * A relative repeat that the filter destroys costs about twice what an absolute one gains: around it the
 * bytes often repeat too, so that a long match falls apart, while a call to the same function stands alone.
 */
const RELATIVE_WEIGHT = 2;

/** Whether the x86 filter makes a block smaller, from the block's content alone. */
export function x86FilterHelps(block: Uint8Array): boolean {
  return x86FilterGain(block) > 0;
}

/**
 * How much the x86 filter is expected to gain on a block: the repeats of operands that it makes, less those that it
 * destroys with their weight.
 *
 * The filter turns relative branch operands into absolute ones. That pays where one address is called from
 * many places, so that absolute operands repeat, and it costs where relative operands repeat: in tables that
 * only look like branches, and in kernel modules and other objects, whose operands are not filled in yet.
 * Both kinds of repeat are counted and weighed. On the blocks of bench/README.md this is right more often
 * than any share of program files, and it needs no look at the files.
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
  // 0 marks an empty slot; the operand 0 itself thus counts as a repeat from the first time on.
  if (seen[slot] === operand) return true;
  seen[slot] = operand;
  return false;
}
