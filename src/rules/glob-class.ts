/** A set of bytes: 256 flags, 1 for a byte that belongs. */
export type ByteSet = Uint8Array;

const SLASH = 0x2f;

/** POSIX character classes in the C locale: ASCII only, so that no locale decides what a rule matches. */
const CLASSES: Readonly<Record<string, (byte: number) => boolean>> = {
  alnum: (byte) => isDigit(byte) || isUpper(byte) || isLower(byte),
  alpha: (byte) => isUpper(byte) || isLower(byte),
  blank: (byte) => byte === 0x20 || byte === 0x09,
  cntrl: (byte) => byte < 0x20 || byte === 0x7f,
  digit: isDigit,
  graph: (byte) => byte > 0x20 && byte < 0x7f,
  lower: isLower,
  print: (byte) => byte >= 0x20 && byte < 0x7f,
  punct: (byte) => byte > 0x20 && byte < 0x7f && !isDigit(byte) && !isUpper(byte) && !isLower(byte),
  space: (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d),
  upper: isUpper,
  xdigit: (byte) => isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66),
};

export interface BracketExpression {
  readonly set: ByteSet;
  /** Offset in the pattern of the first byte after the closing bracket. */
  readonly next: number;
}

export type Fail = (what: string, at: number, hint?: string) => never;

/**
 * Reads a bracket expression (POSIX.1-2017, 2.13.1) of which `pattern[open]` is the `[`: bytes, ranges
 * of bytes, `[:class:]`, negation with `!` or `^`, a `]` that stands first, and backslash escapes.
 * A slash is never in the set. Collating symbols (`[.x.]`, `[=x=]`) depend on a locale and are refused.
 */
export function readBracket(pattern: string, open: number, fail: Fail): BracketExpression {
  const set: ByteSet = new Uint8Array(256);
  let at = open + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at += 1;
  const first = at;
  for (;;) {
    const char = pattern[at];
    if (char === undefined) fail('unclosed bracket', open, 'Write \\[ for a bracket.');
    if (char === ']' && at > first) break;
    const special = char === '[' && /[:.=]/.test(pattern[at + 1] ?? '');
    if (special) {
      at = readClass(pattern, at, set, fail);
      continue;
    }
    const low = readByte(pattern, at, open, fail);
    at = low.next;
    const isRange = pattern[at] === '-' && pattern[at + 1] !== undefined && pattern[at + 1] !== ']';
    if (!isRange) {
      set[low.byte] = 1;
      continue;
    }
    const high = readByte(pattern, at + 1, open, fail);
    if (high.byte < low.byte) fail('range that runs backwards', at - 1);
    set.fill(1, low.byte, high.byte + 1);
    at = high.next;
  }
  if (negated) for (let byte = 0; byte < 256; byte++) set[byte] = set[byte] === 1 ? 0 : 1;
  set[SLASH] = 0;
  return { set, next: at + 1 };
}

function readByte(pattern: string, at: number, open: number, fail: Fail): { byte: number; next: number } {
  const escaped = pattern[at] === '\\';
  const from = escaped ? at + 1 : at;
  if (from >= pattern.length) fail('unclosed bracket', open, 'Write \\[ for a bracket.');
  const byte = pattern.charCodeAt(from);
  if (byte === SLASH) fail('slash inside brackets', from, 'Brackets match one byte of a name.');
  return { byte, next: from + 1 };
}

function readClass(pattern: string, at: number, set: ByteSet, fail: Fail): number {
  if (pattern[at + 1] !== ':') fail('collating symbol', at, 'Only [:class:] names are supported.');
  const close = pattern.indexOf(':]', at + 2);
  const name = close === -1 ? '' : pattern.slice(at + 2, close);
  const isMember = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (isMember === undefined) {
    fail('unknown character class', at, `Known classes: ${Object.keys(CLASSES).join(', ')}.`);
  }
  for (let byte = 0; byte < 256; byte++) if (isMember(byte)) set[byte] = 1;
  return close + 2;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}
