/**
 * JSON of which equal values have equal bytes: keys in the order of their UTF-16 code units (as RFC 8785 has it),
 * two spaces a level, LF, one at the end. Keys whose value is undefined are left out.
 *
 * @throws RangeError for a number that is none or is not finite, which JSON cannot hold
 */
export function canonicalJson(value: unknown): string {
  const pieces: string[] = [];
  write(value, '\n', pieces);
  pieces.push('\n');
  return pieces.join('');
}

/** @param indent newline and blanks before values at this level */
function write(value: unknown, indent: string, pieces: string[]): void {
  if (Array.isArray(value)) {
    const items = value.map((item) => (): void => write(item, `${indent}  `, pieces));
    writeAll('[', items, ']', indent, pieces);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    const items = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => (): void => {
        pieces.push(JSON.stringify(key), ': ');
        write(each, `${indent}  `, pieces);
      });
    writeAll('{', items, '}', indent, pieces);
    return;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} in JSON`);
  // Undefined can only stand in an array, where JSON has null for it.
  pieces.push(JSON.stringify(value ?? null));
}

function writeAll(
  open: string,
  items: readonly (() => void)[],
  close: string,
  indent: string,
  pieces: string[],
): void {
  pieces.push(open);
  for (const [index, item] of items.entries()) {
    pieces.push(index === 0 ? '' : ',', `${indent}  `);
    item();
  }
  pieces.push(items.length === 0 ? '' : indent, close);
}
