const WIDTH = 16;
/** Rows shown of each side: the one before the first difference, and those from it on. */
const ROWS = 3;

/** The first bytes that differ, as offset, hex and text; byte strings. */
export function hexWindow(a: Uint8Array, b: Uint8Array): string[] {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at += 1;
  const first = Math.max(0, at - (at % WIDTH) - WIDTH);
  const lines: string[] = [` byte ${at} of ${a.length} and ${b.length}`];
  for (let row = 0; row < ROWS; row += 1) {
    const start = first + row * WIDTH;
    const left = rowOf(a, start);
    const right = rowOf(b, start);
    if (left === right) {
      if (left !== '') lines.push(` ${left}`);
      continue;
    }
    if (left !== '') lines.push(`-${left}`);
    if (right !== '') lines.push(`+${right}`);
  }
  return lines;
}

function rowOf(bytes: Uint8Array, start: number): string {
  const row = bytes.subarray(start, start + WIDTH);
  if (row.length === 0) return '';
  const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = [...row]
    .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
    .join('');
  return `${start.toString(16).padStart(8, '0')}  ${hex.padEnd(WIDTH * 3 - 1)}  ${text}`;
}
