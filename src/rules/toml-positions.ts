/** A key or the number of an array element. */
export type TomlPath = readonly (string | number)[];

export interface TomlPosition {
  /** Offset of the key; of the header, for a table that has one; of the value, for an element of an array. */
  readonly key: number;
  /** Offset of the value, or of the header. */
  readonly value: number;
}

/**
 * The positions of the keys and values of a TOML document, which the parser does not report. The parser must have
 * accepted the document: nothing is checked here. Follows TOML 1.1, only keys and
 * structure.
 */
export function findPositions(toml: string): (path: TomlPath) => TomlPosition | undefined {
  const scanner = new Scanner(toml);
  scanner.document();
  return (path) => scanner.positions.get(nameOf(path));
}

function nameOf(path: TomlPath): string {
  return JSON.stringify(path);
}

class Scanner {
  readonly positions = new Map<string, TomlPosition>();
  readonly #text: string;
  /** Elements so far of each array of tables. */
  readonly #counts = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    let table: TomlPath = [];
    for (this.#skipVoid(); this.#at < this.#text.length; this.#skipVoid()) {
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
    }
  }

  /** `[a.b]` or `[[a.b]]`. The name of an array of tables means its last element. */
  #header(): TomlPath {
    const start = this.#at;
    const isArray = this.#text[start + 1] === '[';
    this.#at += isArray ? 2 : 1;
    const keys = this.#key();
    this.#at += isArray ? 2 : 1;
    let path: TomlPath = [];
    for (const [i, key] of keys.entries()) {
      path = [...path, key];
      const count = this.#counts.get(nameOf(path)) ?? 0;
      if (isArray && i === keys.length - 1) {
        this.#record(path, start, start);
        this.#counts.set(nameOf(path), count + 1);
        path = [...path, count];
      } else if (count > 0) {
        path = [...path, count - 1];
      }
      this.#record(path, start, start);
    }
    return path;
  }

  #pair(table: TomlPath): void {
    const start = this.#at;
    const path = [...table, ...this.#key()];
    this.#at += 1; // the equals sign
    this.#skipVoid();
    for (let length = table.length + 1; length <= path.length; length++) {
      this.#record(path.slice(0, length), start, this.#at);
    }
    this.#value(path);
  }

  /** A dotted key with the blanks around it; stops at what follows. */
  #key(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#skipVoid();
      const start = this.#at;
      const quote = this.#text[start];
      if (quote === '"' || quote === "'") {
        this.#string();
        const raw = this.#text.slice(start, this.#at);
        keys.push(quote === '"' ? unquote(raw) : raw.slice(1, -1));
      } else {
        while (/[\w-]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
        keys.push(this.#text.slice(start, this.#at));
      }
      this.#skipVoid();
      if (this.#text[this.#at] !== '.') return keys;
      this.#at += 1;
    }
  }

  #value(path: TomlPath): void {
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") this.#string();
    else if (first === '[') this.#array(path);
    else if (first === '{') this.#inlineTable(path);
    else while (this.#at < this.#text.length && !/[,\]}\n#]/.test(this.#text[this.#at]!)) this.#at += 1;
  }

  #array(path: TomlPath): void {
    this.#at += 1;
    this.#skipVoid();
    for (let element = 0; this.#isInside(']'); element++) {
      const elementPath = [...path, element];
      this.#record(elementPath, this.#at, this.#at);
      this.#value(elementPath);
      this.#skipComma();
      // A stray brace is invalid, and must not cause an endless loop.
      if (this.#text[this.#at] === '}') break;
    }
    this.#at += 1;
  }

  #inlineTable(path: TomlPath): void {
    this.#at += 1;
    this.#skipVoid();
    while (this.#isInside('}')) {
      this.#pair(path);
      this.#skipComma();
    }
    this.#at += 1;
  }

  #isInside(close: string): boolean {
    return this.#at < this.#text.length && this.#text[this.#at] !== close;
  }

  #skipComma(): void {
    this.#skipVoid();
    if (this.#text[this.#at] === ',') this.#at += 1;
    this.#skipVoid();
  }

  /** A string of any of the four kinds. Up to two quotes may directly precede the closing three. */
  #string(): void {
    const quote = this.#text[this.#at]!;
    const isLong = this.#text.startsWith(quote.repeat(3), this.#at);
    const close = isLong ? quote.repeat(3) : quote;
    this.#at += close.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(close, this.#at)) {
      this.#at += quote === '"' && this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += close.length;
    while (isLong && this.#text[this.#at] === quote) this.#at += 1;
  }

  /** Blanks, line ends and comments. */
  #skipVoid(): void {
    if (this.#at >= this.#text.length) return;
    const void_ = /(?:[ \t\r\n]+|#[^\n]*)*/y;
    void_.lastIndex = this.#at;
    void_.exec(this.#text);
    this.#at = void_.lastIndex;
  }

  #record(path: TomlPath, key: number, value: number): void {
    const name = nameOf(path);
    if (!this.positions.has(name)) this.positions.set(name, { key, value });
  }
}

/** A quoted key; its escapes are those of JSON except \e, \x and \U, which none of the known keys contains. */
function unquote(raw: string): string {
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw.slice(1, -1);
  }
}

const [TAB, NEWLINE, SPACE, QUOTE, HASH, APOSTROPHE, DOT, BACKSLASH] = [
  9, 10, 32, 34, 35, 39, 46, 92,
] as const;

/**
 * Finds a key with more than `most` parts, as in `a.b.c = 1` or `[[a.b.c]]`. The parser creates a table for each part
 * and revisits all of them for the next key, so one key of a megabyte takes minutes and gigabytes: call this
 * before parsing an untrusted document. Invalid TOML may be skipped, up to where the parser stops reading.
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

/** @returns the offset after a string of any kind; `start` if none begins there. An unclosed string ends with its line or the text. */
function endOfQuoted(toml: string, start: number, quote: number): number {
  if (quote !== QUOTE && quote !== APOSTROPHE) return start;
  const close = (quote === QUOTE ? '"' : "'").repeat(3);
  const isLong = toml.startsWith(close, start);
  for (let at = start + (isLong ? 3 : 1); at < toml.length; at += 1) {
    const code = toml.charCodeAt(at);
    if (code === BACKSLASH && quote === QUOTE) at += 1;
    else if (isLong && code === quote && toml.startsWith(close, at)) {
      at += 3;
      // Up to two quotes may directly precede the closing three.
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
