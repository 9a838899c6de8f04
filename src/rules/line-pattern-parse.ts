/** Regular expressions of rules, from text to a program for the matcher in line-pattern.ts. */
import { StillrootError } from '../errors.ts';
import { showPath } from '../tree/path.ts';

/** One instruction. Threads continue at the next one unless it says otherwise. */
export type Instruction =
  /** Takes one byte of the set: 256 flags. */
  | { readonly do: 'byte'; readonly set: Uint8Array }
  /** Continues at both, `first` with priority. */
  | { readonly do: 'split'; first: number; second: number }
  | { readonly do: 'jump'; to: number }
  /** Remembers the position in a slot: 2n and 2n+1 are the beginning and end of group n. */
  | { readonly do: 'save'; readonly slot: number }
  | { readonly do: 'assert'; readonly what: 'begin' | 'end' | 'word' | 'no-word' }
  | { readonly do: 'match' };

/** Instructions of one pattern: the time for a line is bounded by this times its length. */
const PROGRAM_MAX = 2000;
/** Groups that a replacement can name, as `$1` to `$9`. */
const GROUPS_MAX = 9;
const REPEAT_MAX = 1000;
const DEPTH_MAX = 50;

/** A `bad-pattern` error with its position in the pattern. */
export class PatternError extends StillrootError {
  /** Offset in the pattern, in bytes from 0. */
  readonly at: number;

  /** @param kind what the text is */
  constructor(
    pattern: string,
    what: string,
    at: number,
    hint?: string,
    kind: 'pattern' | 'replacement' = 'pattern',
  ) {
    const where = `${kind} '${showPath(pattern)}'`;
    super('bad-pattern', `${what} at byte ${at + 1}`, hint === undefined ? { where } : { where, hint });
    this.at = at;
  }
}

const DIGITS = setOf('0-9');
const WORDS = setOf('0-9', 'A-Z', 'a-z', '__');
const BLANKS = setOf('\t\t', '\v\r', '  ');
const ANY = inverted(setOf('\n\n'));
/** Letters with a meaning of their own after a backslash; the capital letters stand for the other bytes. */
const CLASSES: Readonly<Record<string, Uint8Array>> = {
  ...{ d: DIGITS, w: WORDS, s: BLANKS },
  ...{ D: inverted(DIGITS), W: inverted(WORDS), S: inverted(BLANKS) },
};

/** @param ranges two characters each, or three with a hyphen between them */
function setOf(...ranges: readonly string[]): Uint8Array {
  const set = new Uint8Array(256);
  for (const range of ranges) set.fill(1, range.charCodeAt(0), range.charCodeAt(range.length - 1) + 1);
  return set;
}

/** All other bytes but the end of a line. */
function inverted(set: Uint8Array): Uint8Array {
  return set.map((flag, byte) => (flag === 0 && byte !== 0x0a ? 1 : 0));
}

/** A part of a program whose jumps are relative to its beginning. */
type Code = readonly Instruction[];

/**
 * Compiles a regular expression: literals, `.`, `[a-z]`, `[^a-z]`, `\d` `\w` `\s` and their opposites, `\t`, `\b`, `\B`,
 * `^`, `$`, `( )`, `(?: )`, `|`, `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`. What would need unbounded time, or more than a line, is an
 * error: back references, look-around; so are lazy quantifiers.
 *
 * @param pattern a byte string; a character outside ASCII is its bytes of UTF-8, together
 * @throws PatternError (`bad-pattern`) with the position
 */
export function parsePattern(pattern: string): { readonly program: Code; readonly groups: number } {
  const parser = new Parser(pattern);
  const program = parser.parse();
  return { program, groups: parser.groups };
}

class Parser {
  groups = 0;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Code {
    const code = this.#alternatives();
    if (this.#at < this.#text.length) this.#fail("a ')' without a '('", this.#at);
    return this.#checked([
      { do: 'save', slot: 0 },
      ...shifted(code, 1),
      { do: 'save', slot: 1 },
      { do: 'match' },
    ]);
  }

  #fail(what: string, at: number, hint?: string): never {
    throw new PatternError(this.#text, what, at, hint);
  }

  #checked(code: Code): Code {
    if (code.length > PROGRAM_MAX)
      this.#fail(`more than ${PROGRAM_MAX} steps`, this.#at, 'Repeat fewer things.');
    return code;
  }

  #alternatives(): Code {
    let code = this.#sequence();
    while (this.#text[this.#at] === '|') {
      this.#at += 1;
      const other = this.#sequence();
      code = this.#checked([
        { do: 'split', first: 1, second: code.length + 2 },
        ...shifted(code, 1),
        { do: 'jump', to: code.length + other.length + 2 },
        ...shifted(other, code.length + 2),
      ]);
    }
    return code;
  }

  #sequence(): Code {
    const code: Instruction[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] as string)) {
      const start = this.#at;
      code.push(...shifted(this.#repeated(this.#atom(), start), code.length));
      this.#checked(code);
    }
    return code;
  }

  #repeated(code: Code, start: number): Code {
    const times = this.#quantifier();
    if (times === undefined) return code;
    if (code.every((each) => each.do === 'assert'))
      this.#fail('a quantifier after what has no length', start);
    const [least, most] = times;
    const count = most === Infinity ? least + 1 : most;
    if (count * (code.length + 1) > PROGRAM_MAX)
      this.#fail(`more than ${PROGRAM_MAX} steps`, start, 'Repeat fewer things.');
    const all: Instruction[] = [];
    for (let i = 0; i < least; i += 1) all.push(...shifted(code, all.length));
    if (most === Infinity) {
      const loop = all.length;
      all.push({ do: 'split', first: loop + 1, second: loop + code.length + 2 });
      all.push(...shifted(code, loop + 1), { do: 'jump', to: loop });
      return all;
    }
    const end = all.length + (most - least) * (code.length + 1);
    for (let i = least; i < most; i += 1) {
      all.push({ do: 'split', first: all.length + 1, second: end });
      all.push(...shifted(code, all.length));
    }
    return all;
  }

  #quantifier(): readonly [least: number, most: number] | undefined {
    const at = this.#at;
    const [all = '', sign, least = '', more, most = ''] =
      /^(?:([*+?])|\{(\d{1,6})(,?)(\d{0,6})\})/.exec(this.#text.slice(at, at + 20)) ?? [];
    if (all === '')
      return this.#text[at] === '{'
        ? this.#fail("'{' without a number", at, "Write '\\{' for a brace.")
        : undefined;
    this.#at += all.length;
    if ('*+?{'.includes(this.#text[this.#at] || ' ')) {
      this.#fail('a quantifier after a quantifier', this.#at, 'Lazy and possessive ones do not exist here.');
    }
    if (sign !== undefined) return [sign === '+' ? 1 : 0, sign === '?' ? 1 : Infinity];
    const from = Number(least);
    const to = more === '' ? from : most === '' ? Infinity : Number(most);
    if (from > REPEAT_MAX || (to !== Infinity && to > REPEAT_MAX))
      this.#fail(`a repetition of more than ${REPEAT_MAX}`, at);
    if (to < from) this.#fail('a repetition whose end is before its beginning', at);
    return [from, to];
  }

  #atom(): Code {
    const at = this.#at;
    const char = this.#text[at] as string;
    this.#at += 1;
    switch (char) {
      case '(':
        return this.#group(at);
      case '[':
        return [{ do: 'byte', set: this.#set(at) }];
      case '.':
        return [{ do: 'byte', set: ANY }];
      case '^':
        return [{ do: 'assert', what: 'begin' }];
      case '$':
        return [{ do: 'assert', what: 'end' }];
      case '\\':
        return this.#escape(at);
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#fail(`'${char}' without anything before it`, at, `Write '\\${char}' for the character.`);
      case '\n':
        return this.#fail('the end of a line', at, 'A pattern is matched against each line.');
      default:
        return this.#literal(at);
    }
  }

  /** A character outside ASCII is as many bytes, which are repeated together. */
  #literal(at: number): Code {
    if (this.#text.charCodeAt(at) >= 0xc0) {
      while ((this.#text.charCodeAt(this.#at) & 0xc0) === 0x80) this.#at += 1;
    }
    return [...this.#text.slice(at, this.#at)].map((byte) => ({ do: 'byte', set: setOf(byte) }));
  }

  #group(at: number): Code {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) this.#fail(`more than ${DEPTH_MAX} groups inside each other`, at);
    let group: number | undefined;
    if (this.#text.startsWith('?:', this.#at)) this.#at += 2;
    else if (this.#text[this.#at] === '?')
      this.#fail("'(?' that is not '(?:'", at, 'There is no look-around, and groups have no names.');
    else {
      this.groups += 1;
      group = this.groups;
      if (group > GROUPS_MAX)
        this.#fail(`more than ${GROUPS_MAX} groups`, at, "Write '(?:' for groups that nothing refers to.");
    }
    const code = this.#alternatives();
    if (this.#text[this.#at] !== ')') this.#fail("a '(' without a ')'", at);
    this.#at += 1;
    this.#depth -= 1;
    if (group === undefined) return code;
    return [{ do: 'save', slot: 2 * group }, ...shifted(code, 1), { do: 'save', slot: 2 * group + 1 }];
  }

  #escape(at: number): Code {
    const char = this.#text[this.#at];
    if (char === 'b' || char === 'B') {
      this.#at += 1;
      return [{ do: 'assert', what: char === 'b' ? 'word' : 'no-word' }];
    }
    return [{ do: 'byte', set: this.#escapedSet(at) }];
  }

  /** What a backslash and a character mean, in brackets and outside. */
  #escapedSet(at: number): Uint8Array {
    const char = this.#text[this.#at] ?? this.#fail('a backslash at the end', at);
    this.#at += 1;
    const set = Object.hasOwn(CLASSES, char) ? CLASSES[char] : undefined;
    if (set !== undefined) return set;
    if (char === 't') return setOf('\t');
    if (/[0-9A-Za-z\x80-\xff\n]/.test(char))
      this.#fail(`'\\${char}' means nothing here`, at, 'Use [...] for sets of characters.');
    return setOf(char);
  }

  #set(start: number): Uint8Array {
    const isInverted = this.#text[this.#at] === '^';
    if (isInverted) this.#at += 1;
    const set = new Uint8Array(256);
    for (let isFirst = true; isFirst || this.#text[this.#at] !== ']'; isFirst = false) {
      const from = this.#member(start);
      if (this.#text[this.#at] !== '-' || this.#text[this.#at + 1] === ']') {
        from.forEach((flag, byte) => {
          if (flag !== 0) set[byte] = 1;
        });
        continue;
      }
      const at = this.#at;
      this.#at += 1;
      const [first, last] = [only(from), only(this.#member(start))];
      if (first === undefined || last === undefined || last < first)
        this.#fail('a range without two ends in order', at);
      set.fill(1, first, last + 1);
    }
    this.#at += 1;
    return isInverted ? inverted(set) : set;
  }

  #member(start: number): Uint8Array {
    const at = this.#at;
    const char = this.#text[at] ?? this.#fail("a '[' without a ']'", start);
    this.#at += 1;
    if (char === '\\') return this.#escapedSet(at);
    if (char >= '\x80' || char === '\n')
      this.#fail('a character outside ASCII in brackets', at, 'Write alternatives instead: (?:a|b).');
    return setOf(char);
  }
}

/** The only byte of a set. */
function only(set: Uint8Array): number | undefined {
  const first = set.indexOf(1);
  return first !== -1 && set.indexOf(1, first + 1) === -1 ? first : undefined;
}

function shifted(code: Code, by: number): Instruction[] {
  return code.map((each) => {
    if (each.do === 'split') return { ...each, first: each.first + by, second: each.second + by };
    return each.do === 'jump' ? { ...each, to: each.to + by } : each;
  });
}
