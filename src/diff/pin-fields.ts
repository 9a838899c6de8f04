/**
 * A rule that keeps a text and fixes only the parts of it that vary: patterns for the `substitute` action, made from two
 * texts and tried on both. Byte strings.
 */
import { TooManySteps } from '../rules/line-pattern.ts';
import { PatternError } from '../rules/line-pattern-parse.ts';
import { type Replacement, Substitution } from '../rules/substitution.ts';
import { type Hosts, splitVarying, type VariedKind } from './varying-text.ts';

/** Texts with more lines that differ are not the same text with some fields. */
const LINES_MAX = 20;
/** Fields of one line. */
const FIELDS_MAX = 12;
/** Bytes of a text, and of all replacements. */
const TEXT_MAX = 1024 * 1024;
const WITH_MAX = 4096;
/** Letters and digits in front of a field that tell it from others. */
const CONTEXT_MIN = 3;
/** Bytes in front of a field that are looked at. */
const CONTEXT_MAX = 60;

/** A part of a line that varies. */
export interface Field {
  /** Undefined for what is no known kind. */
  readonly kind: VariedKind | undefined;
  readonly a: string;
  readonly b: string;
  readonly fixed: string;
}

/** A line as literal texts and fields in turn. */
type Parts = readonly (string | Field)[];

export interface PinnedFields {
  readonly replacements: readonly Replacement[];
  readonly fields: readonly Field[];
}

/**
 * Patterns that make the two texts the same.
 *
 * @param neutral what is put in place of a kind; for other kinds the value of A
 * @returns undefined if the texts differ in more than some fields of lines, or no pattern makes exactly the fields equal
 */
export function pinFields(
  a: string,
  b: string,
  hosts: Hosts,
  neutral: Readonly<Partial<Record<VariedKind, string>>>,
): PinnedFields | undefined {
  if (a.length > TEXT_MAX || b.length > TEXT_MAX) return undefined;
  const [left, right] = [a.split('\n'), b.split('\n')];
  if (left.length !== right.length) return undefined;
  const varied: Parts[] = [];
  const wanted = [...left];
  for (const [at, line] of left.entries()) {
    const other = right[at] as string;
    if (line === other) continue;
    if (varied.length === LINES_MAX) return undefined;
    const parts = partsOf(line, other, hosts, neutral);
    if (parts === undefined) return undefined;
    varied.push(parts);
    wanted[at] = parts.map((part) => (typeof part === 'string' ? part : part.fixed)).join('');
  }
  const fixed = wanted.join('\n');
  const fields = varied.flat().filter((part) => typeof part !== 'string');
  for (const isWhole of [false, true]) {
    const replacements = distinct(varied.map((parts) => replacementFor(parts, isWhole)));
    if (replacements.reduce((sum, each) => sum + each.with.length, 0) > WITH_MAX) return undefined;
    if (makes(replacements, [a, b, fixed], fixed)) return { replacements, fields };
  }
  return undefined;
}

/** Whether the replacements turn each of the texts into the wanted one, and so the wanted one into itself. */
function makes(replacements: readonly Replacement[], texts: readonly string[], wanted: string): boolean {
  try {
    const substitution = new Substitution(replacements);
    return texts.every((text) => substitution.apply(text).text === wanted);
  } catch (error) {
    // A pattern that is too long, or takes too long.
    if (error instanceof TooManySteps || error instanceof PatternError) return false;
    throw error;
  }
}

function distinct(all: readonly Replacement[]): Replacement[] {
  return [...new Map(all.map((each) => [`${each.pattern}\0${each.with}`, each])).values()];
}

function partsOf(
  a: string,
  b: string,
  hosts: Hosts,
  neutral: Readonly<Partial<Record<VariedKind, string>>>,
): Parts | undefined {
  const found = splitVarying(a, b, hosts) ?? splitWords(a, b) ?? splitMiddle(a, b);
  const parts: (string | Field)[] = [];
  for (const part of found) {
    const text = typeof part === 'string' ? part : part.a === part.b ? part.a : undefined;
    if (text !== undefined) {
      if (typeof parts.at(-1) === 'string') parts.push(`${parts.pop() as string}${text}`);
      else parts.push(text);
    } else if (typeof part !== 'string') {
      parts.push({ ...part, fixed: (part.kind === undefined ? undefined : neutral[part.kind]) ?? part.a });
    }
  }
  const fields = parts.filter((part) => typeof part !== 'string');
  const isPlain = fields.every(({ a: left, b: right, fixed }) => /^[ -~]*$/.test(left + right + fixed));
  return fields.length <= FIELDS_MAX && isPlain ? parts : undefined;
}

type Split = readonly (string | Omit<Field, 'fixed'>)[];

/** Lines with the same punctuation, and words in the same places. */
function splitWords(a: string, b: string): Split | undefined {
  // Numbers such as those of a date are one word: another build changes others of them.
  const words = (line: string): string[] =>
    line.match(
      /(?<![0-9A-Za-z])[0-9]{1,20}(?:[-:./][0-9]{1,20}){1,7}(?![0-9A-Za-z])|[0-9A-Za-z]+|[^0-9A-Za-z]/g,
    ) ?? [];
  const [left, right] = [words(a), words(b)];
  if (left.length !== right.length) return undefined;
  const isWord = (text: string): boolean => /^[0-9A-Za-z]/.test(text);
  if (left.some((word, i) => word !== right[i] && !(isWord(word) && isWord(right[i] as string))))
    return undefined;
  return left.map((word, i) =>
    word === right[i] ? word : { kind: undefined, a: word, b: right[i] as string },
  );
}

/** What is between the same beginning and the same end, up to the ends of words. */
function splitMiddle(a: string, b: string): Split {
  const least = Math.min(a.length, b.length);
  let from = 0;
  while (from < least && a[from] === b[from]) from += 1;
  let tail = 0;
  while (tail < least - from && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const isInWord = (text: string, at: number): boolean => /^[0-9A-Za-z]{2}$/.test(text.slice(at - 1, at + 1));
  while (from > 0 && (isInWord(a, from) || isInWord(b, from))) from -= 1;
  while (tail > 0 && (isInWord(a, a.length - tail) || isInWord(b, b.length - tail))) tail -= 1;
  const middle = (text: string): string => text.slice(from, text.length - tail);
  return [a.slice(0, from), { kind: undefined, a: middle(a), b: middle(b) }, a.slice(a.length - tail)];
}

/** @param isWhole whether the pattern names the whole line, or only what is around the fields */
function replacementFor(parts: Parts, isWhole: boolean): Replacement {
  const first = parts.findIndex((part) => typeof part !== 'string');
  const last = parts.findLastIndex((part) => typeof part !== 'string');
  const before = parts.slice(0, first).join('');
  const after = parts.slice(last + 1).join('');
  const left = isWhole ? before : contextBefore(before);
  const right = isWhole ? after : (/^[^0-9A-Za-z]{0,60}/.exec(after)?.[0] ?? '');
  const inner = parts.slice(first, last + 1);
  const pattern = inner.map((part) => (typeof part === 'string' ? escaped(part) : classOf(part))).join('');
  const text = inner.map((part) => (typeof part === 'string' ? part : part.fixed)).join('');
  return {
    pattern: `${left === before ? '^' : ''}${escaped(left)}${pattern}${escaped(right)}${right === after ? '$' : ''}`,
    with: `${left}${text}${right}`.replaceAll('$', '$$$$'),
  };
}

/** The last words in front of a field. */
function contextBefore(text: string): string {
  let from = text.length;
  let letters = 0;
  const end = Math.max(0, text.length - CONTEXT_MAX);
  while (from > end && (letters < CONTEXT_MIN || /^[0-9A-Za-z_]{2}$/.test(text.slice(from - 1, from + 1)))) {
    from -= 1;
    if (/[0-9A-Za-z]/.test(text[from] as string)) letters += 1;
  }
  return text.slice(from);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\t', '\\t');
}

/** What else is in values of a kind. */
const ALSO: Readonly<Partial<Record<VariedKind, string>>> = { 'host-name': '.-', 'temporary-path': '/._-' };

/** Bytes as those of the values, in any number, so that the next build matches too. */
function classOf({ kind, a, b, fixed }: Field): string {
  const values = [a, b, fixed];
  const all = values.join('') + (kind === undefined ? '' : (ALSO[kind] ?? ''));
  const count = values.includes('') ? '*' : '+';
  if (/^[0-9]*$/.test(all)) return `[0-9]${count}`;
  if (/^[0-9a-f]*$/.test(all) && values.every((value) => value.length >= 8)) return `[0-9a-f]${count}`;
  const others = [...new Set(all.replace(/[0-9A-Za-z]/g, ''))].sort();
  // A hyphen comes last, where it is no range.
  const set = others
    .filter((char) => char !== '-')
    .map((char) => (/[\\\]^[]/.test(char) ? `\\${char}` : char));
  const base = /[A-Za-z]/.test(all) ? '0-9A-Za-z' : '0-9';
  return `[${base}${set.join('')}${others.includes('-') ? '-' : ''}]${count}`;
}
