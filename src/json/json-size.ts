/** What a JSON text holds, found without parsing it, or in addition to parsing it. */

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [
  34, 92, 44, 58, 91, 93, 123, 125,
] as const;

export interface JsonSize {
  /** Nesting depth of arrays and objects. */
  readonly depth: number;
  /** Arrays, objects, their elements and members together; every value is counted once or twice. */
  readonly values: number;
}

/**
 * What parsing a text would create, without parsing it: `[[],[],...` takes ten times as much memory when parsed, and
 * running out of memory cannot be caught. Stops counting above `most`. Text that is not JSON gives some count.
 */
export function jsonSize(text: string, most: JsonSize): JsonSize {
  let [depth, deepest, values] = [0, 0, 0];
  for (let at = 0; at < text.length && deepest <= most.depth && values <= most.values; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) values += 1;
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      values += 1;
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth -= 1;
  }
  return { depth: deepest, values };
}

/** Offset of the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/**
 * A key that occurs twice in one object, of which parsers take the first, the last, or none.
 *
 * @param text valid JSON
 * @returns undefined where there is none
 */
export function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT) open.push(new Set());
    else if (code === OPEN_ARRAY) open.push(undefined);
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) open.pop();
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end + 1)) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end;
    }
  }
  return undefined;
}

/** Whether a colon follows, after the four characters that JSON takes for white space. */
function isKey(text: string, start: number): boolean {
  let at = start;
  while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at += 1;
  return text.charCodeAt(at) === COLON;
}
