/**
 * JSON with equal bytes for equal values: keys ordered by UTF-16 code units (as in RFC 8785), two spaces per level, LF
 * line ends, including the last. Keys whose value is undefined are left out.
 *
 * @throws RangeError for NaN or an infinite number, which JSON cannot represent
 */
export function canonicalJson(value: unknown): string {
  const pieces: string[] = [];
  write(value, '\n', pieces);
  pieces.push('\n');
  return pieces.join('');
}

/** @param indent newline and spaces before values at this level */
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
  // Undefined can only occur in an array, where JSON uses null for it.
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
