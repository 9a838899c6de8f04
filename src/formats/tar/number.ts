/**
 * Numeric fields of a tar header: octal digits (POSIX.1-1988), or GNU base-256 where the first bit is
 * set: a big-endian two's complement number in the bits behind it.
 */
import { type HeaderProblems, quote } from './problems.ts';

export interface Field {
  /** As the specification calls it, for messages. */
  readonly name: string;
  /** Bytes from the start of the block. */
  readonly offset: number;
  readonly length: number;
}

export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** Sizes and offsets: what a JavaScript number holds exactly. */
export const SIZE_RANGE: NumberRange = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
/** Owners and device numbers. */
export const ID_RANGE: NumberRange = { minimum: 0, maximum: 0xffff_ffff };
/** Times: base-256 ones may lie before 1970. */
export const TIME_RANGE: NumberRange = {
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
};

/**
 * A field of only blanks is 0, as for libarchive: writers leave fields blank that a type does not use.
 *
 * @param blockOffset of the block in the archive, for messages
 * @throws archive-malformed
 */
export function readNumber(
  block: Buffer,
  field: Field,
  range: NumberRange,
  blockOffset: number,
  problems: HeaderProblems,
): number {
  const start = field.offset;
  const end = start + field.length;
  if ((block[start] as number) >= 0x80) {
    const value = readBase256(block, start, end);
    if (value < range.minimum || value > range.maximum) {
      throw problems.malformed(
        `${field.name} is ${value} in base-256, wanted ${shown(range)}`,
        blockOffset + start,
      );
    }
    return Number(value);
  }
  const text = block.toString('latin1', start, end);
  // Spaces may stand in front, and a space or NUL behind ends the number; what follows it is nothing.
  const [, digits] = /^[ \t]*([0-7]*)(?:[ \0]|$)/.exec(text) ?? [];
  if (digits === undefined) {
    throw problems.malformed(`${field.name} is ${quote(text)}, wanted octal digits`, blockOffset + start);
  }
  const value = digits === '' ? 0 : Number.parseInt(digits, 8);
  if (value < range.minimum || value > range.maximum) {
    throw problems.malformed(`${field.name} is ${value}, wanted ${shown(range)}`, blockOffset + start);
  }
  return value;
}

/** The first bit is the mark, the second the sign. */
function readBase256(block: Buffer, start: number, end: number): bigint {
  const first = block[start] as number;
  const magnitude = BigInt(`0x${block.toString('hex', start + 1, end)}`);
  const shift = BigInt(8 * (end - start - 1));
  const high = BigInt(first & 0x3f) - (first & 0x40 ? 64n : 0n);
  return (high << shift) + magnitude;
}

function shown({ minimum, maximum }: NumberRange): string {
  return `${minimum} to ${maximum}`;
}

/** A decimal number as pax records and sparse maps have it; undefined for anything else. */
export function parseDecimal(digits: string, { minimum, maximum }: NumberRange): number | undefined {
  if (!/^[0-9]{1,20}$/.test(digits)) return undefined;
  const value = Number(digits);
  return value >= minimum && value <= maximum ? value : undefined;
}
