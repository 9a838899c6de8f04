const [QUOTE, BACKSLASH, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [
  34, 92, 44, 91, 93, 123, 125,
] as const;

export interface JsonSize {
  /** Arrays and objects within one another. */
  readonly depth: number;
  /** Arrays, objects, their elements and members together; every value is counted once or twice. */
  readonly values: number;
}

/**
 * What parsing a text would make, without parsing it: `[[],[],...` takes ten times as much memory parsed, and the end of
 * memory cannot be caught. Stops counting above what is wanted. What is no JSON is counted somehow.
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

/** Of the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
