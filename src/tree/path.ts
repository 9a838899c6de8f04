/**
 * Paths are byte strings: JavaScript strings in which each char is one byte (latin1).
 * File names on Linux are bytes, not text: decoding them loses names that are not UTF-8, and `<` on
 * decoded strings is not byte order. A byte string is a cheap Map key, compares in byte order, and
 * goes to node:fs as a Buffer.
 *
 * A path is relative to the root of the tree, has no leading or trailing slash and no `.` or `..`
 * component; the root itself is the empty path.
 */

/** The bytes of a path, as node:fs wants them. */
export function pathToBytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** Bytes of a name as a byte string: a character for each byte. */
export function pathFromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A path or pattern that a user typed: text, so UTF-8. */
export function pathFromText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The path of the parent directory; empty for entries of the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** The last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path of `name` in `directory`, which is empty for the root. */
export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/**
 * Tree order: depth first, siblings by raw bytes. Comparing whole paths needs `/` to be the lowest
 * byte, or `a-b` would come between `a` and `a/b`. NUL, which cannot occur in a name, replaces it.
 */
export function comparePaths(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return (left === SLASH ? 0 : left) - (right === SLASH ? 0 : right);
  }
  return a.length - b.length;
}

const SLASH = 0x2f;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A path as text for people and for JSON: UTF-8 where valid, `\xNN` for every other byte and for
 * control characters (a name must never reach a terminal raw), `\\` for a backslash.
 */
export function showPath(path: string): string {
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(path)) return path;
  let shown = '';
  for (let at = 0; at < path.length; ) {
    const length = utf8Length(path, at);
    const piece = path.slice(at, at + length);
    const text = length > 1 ? decodeOrUndefined(piece) : undefined;
    if (text !== undefined && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
      shown += text;
      at += length;
      continue;
    }
    const char = path[at] as string;
    const code = char.charCodeAt(0);
    if (char === '\\') shown += '\\\\';
    else if (code >= 0x20 && code < 0x7f) shown += char;
    else shown += `\\x${code.toString(16).padStart(2, '0')}`;
    at += 1;
  }
  return shown;
}

/** Length of the UTF-8 sequence that the byte at `at` announces, 1 for anything that announces none. */
function utf8Length(path: string, at: number): number {
  const lead = path.charCodeAt(at);
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 1;
}

function decodeOrUndefined(bytes: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** How many paths of one kind are named. */
const NAMED = 5;

/** Paths as text, and how many more there are. */
export function somePaths(paths: readonly string[]): string {
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return `${paths.slice(0, NAMED).map(showPath).join(', ')}${more}`;
}
