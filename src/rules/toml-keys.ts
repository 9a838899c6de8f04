const [TAB, NEWLINE, SPACE, QUOTE, HASH, APOSTROPHE, DOT, BACKSLASH] = [
  9, 10, 32, 34, 35, 39, 46, 92,
] as const;

/**
 * Where a key with more than `most` parts begins, as in `a.b.c = 1` or `[[a.b.c]]`. The parser makes a table for each part
 * and looks at all of them again for the next key, so that one key of a megabyte takes minutes and gigabytes: to be asked
 * before it sees a stranger's document. What is no TOML may be passed over, up to where the parser stops reading.
 *
 * @returns offset of its first part; undefined where there is no such key
 */
export function findLongKey(toml: string, most: number): number | undefined {
  let start = 0;
  let parts = 0;
  let isAfterDot = false;
  for (let at = 0; at < toml.length; ) {
    const code = toml.charCodeAt(at);
    const end = isBare(code) ? endOfBare(toml, at) : endOfQuoted(toml, at, code);
    if (end > at) {
      if (!isAfterDot) [start, parts] = [at, 0];
      parts += 1;
      if (parts > most) return start;
      isAfterDot = false;
      at = end;
      continue;
    }
    if (code === DOT) isAfterDot = parts > 0;
    else if (code !== SPACE && code !== TAB) {
      isAfterDot = false;
      parts = 0;
    }
    at = code === HASH ? endOfLine(toml, at) : at + 1;
  }
  return undefined;
}

function isBare(code: number): boolean {
  // Digits, letters, _ and -.
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 45
  );
}

function endOfBare(toml: string, start: number): number {
  let at = start;
  while (isBare(toml.charCodeAt(at))) at += 1;
  return at;
}

/** Behind a string of any of the four kinds; `start` where none begins. One that is not closed ends with its line or the text. */
function endOfQuoted(toml: string, start: number, quote: number): number {
  if (quote !== QUOTE && quote !== APOSTROPHE) return start;
  const close = (quote === QUOTE ? '"' : "'").repeat(3);
  const isLong = toml.startsWith(close, start);
  for (let at = start + (isLong ? 3 : 1); at < toml.length; at += 1) {
    const code = toml.charCodeAt(at);
    if (code === BACKSLASH && quote === QUOTE) at += 1;
    else if (isLong && code === quote && toml.startsWith(close, at)) {
      at += 3;
      // Up to two quotes may stand right before the closing three.
      while (toml.charCodeAt(at) === quote) at += 1;
      return at;
    } else if (!isLong && (code === quote || code === NEWLINE)) return at + 1;
  }
  return toml.length;
}

function endOfLine(toml: string, start: number): number {
  const end = toml.indexOf('\n', start);
  return end === -1 ? toml.length : end;
}
