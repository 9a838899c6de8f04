import type { Random } from './random.ts';

/** What numbers, names and flags are made of, where a random byte would mostly be refused at once. */
const TELLING = Buffer.from('0123456789abcdefABCDEF7f. \n=/-:,\0\x01\x7f\x80\xff\xfe', 'latin1');

/**
 * One to four changes: a bit, a significant byte, a run of one byte, a piece removed, doubled or moved from another
 * input, the end cut off. Mostly near the ends, where headers and footers are.
 */
export function mutate(original: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let count = 1 + random.below(4); count > 0 && bytes.length > 0; count -= 1) {
    const at = placeIn(bytes, random);
    const length = 1 + random.below(12);
    const kind = random.below(16);
    if (kind < 4) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
    else if (kind < 8) bytes[at] = random.pick(TELLING);
    else if (kind < 10) bytes[at] = random.below(256);
    else if (kind === 10) bytes.fill(random.below(2) * 0xff, at, Math.min(at + length, bytes.length));
    else if (kind === 11) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 12) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    else if (kind === 13) bytes.copyWithin(at, placeIn(bytes, random), placeIn(bytes, random) + length);
    else if (kind === 14) {
      const other = random.pick(others);
      bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length))]);
    } else if (random.below(3) === 0) bytes = bytes.subarray(0, at);
  }
  return bytes;
}

function placeIn({ length }: Buffer, random: Random): number {
  const near = Math.min(length, 64);
  const where = random.below(4);
  if (where === 0) return random.below(near);
  return where === 1 ? length - 1 - random.below(near) : random.below(length);
}
