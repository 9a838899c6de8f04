/** Where two contents of one size differ. */

export interface Range {
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
}

/** Ranges closer than this are one. */
const GAP = 8;

/** @returns undefined where there are more than `limit` */
export function differingRanges(a: Uint8Array, b: Uint8Array, limit: number): Range[] | undefined {
  const ranges: { start: number; end: number }[] = [];
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    if (a[at] === b[at]) continue;
    const last = ranges.at(-1);
    if (last !== undefined && at - last.end < GAP) last.end = at + 1;
    else if (ranges.length === limit) return undefined;
    else ranges.push({ start: at, end: at + 1 });
  }
  return ranges;
}

/** The printable text of a binary file around a range, as a byte string, and where it begins. */
export function printableAround(bytes: Uint8Array, { start, end }: Range, reach: number): string {
  const isPrintable = (at: number): boolean => {
    const byte = bytes[at];
    return byte !== undefined && byte >= 0x20 && byte < 0x7f;
  };
  let from = start;
  while (from > Math.max(0, start - reach) && isPrintable(from - 1)) from -= 1;
  let to = end;
  while (to < Math.min(bytes.length, end + reach) && isPrintable(to)) to += 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}
