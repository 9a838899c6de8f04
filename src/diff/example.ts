/** One difference of a cluster in readable form: what people need to see to believe the cause. */

import type { Field } from '../tree/delta.ts';
import type { Entry } from '../tree/entry.ts';
import type { CauseId, RenamedPaths } from './cause.ts';
import { attributeLines, ContentComparer } from './compare-entries.ts';
import { isText, LOOK_BYTES_MAX, readHead, type Sides, TEXT_BYTES_MAX } from './evidence.ts';
import { entryOf, type Finding } from './finding.ts';
import { describeKnown } from './formats/describe.ts';
import { hasSecretInside, hideSecrets, isSecretContent } from './hide-secrets.ts';

/** Lines are byte strings that begin with `-` for side A, `+` for side B, a space for both, or `@`. */
export interface Example {
  /** '' where it concerns an archive as a whole. */
  readonly path: string;
  readonly field: Field | 'archive';
  readonly lines: readonly string[];
}

/** Replaces what may hold a secret. */
const NOT_SHOWN = ' (not shown)';

/** Lines of an example at most. */
export const EXAMPLE_LINES_MAX = 12;

/** One finding of a cluster, shown as text; undefined where none of them can be shown. */
export async function makeExample(
  findings: readonly Finding[],
  cause: CauseId,
  sides: Sides,
  rename?: RenamedPaths,
): Promise<Example | undefined> {
  const finding = choose(findings);
  if (finding === undefined) return undefined;
  const { path, field } = finding;
  if (rename !== undefined) return { path: rename.a, field, lines: [`-${rename.a}`, `+${rename.b}`] };
  const lines = cause === 'secret' ? [NOT_SHOWN] : await linesOf(finding, sides);
  return { path, field, lines: lines.slice(0, EXAMPLE_LINES_MAX) };
}

/** Contents are the most informative, and the smallest of them the easiest to read. */
function choose(findings: readonly Finding[]): Finding | undefined {
  const contents = findings.filter(({ field }) => field === 'content');
  const [first] = contents.length > 0 ? contents : findings;
  let chosen = first;
  for (const each of contents) if (sizeOf(each) < sizeOf(chosen as Finding)) chosen = each;
  return chosen;
}

function sizeOf({ a, b }: Finding): number {
  return Math.max(a?.size ?? 0, b?.size ?? 0);
}

async function linesOf(finding: Finding, sides: Sides): Promise<string[]> {
  const { field, a, b } = finding;
  if (a === undefined || b === undefined) {
    return [`${a === undefined ? '+' : '-'}${entryText(entryOf(finding))}`];
  }
  // A source knows its own entries, not those that a plan derives from them.
  const left = finding.planned?.a?.origin ?? a;
  const right = finding.planned?.b?.origin ?? b;
  if (field === 'content' && left.type === 'file' && right.type === 'file')
    return contentLines(finding.path, left, right, sides);
  if (field === 'attributes') return attributeLines(sides.a.source, left, sides.b.source, right);
  return [`-${fieldText(field, a)}`, `+${fieldText(field, b)}`];
}

async function contentLines(path: string, a: Entry, b: Entry, sides: Sides): Promise<string[]> {
  if (Math.max(a.size, b.size) > LOOK_BYTES_MAX) return largeLines(path, a, b, sides);
  const left = sides.a.source.readFile(a, LOOK_BYTES_MAX);
  const right = sides.b.source.readFile(b, LOOK_BYTES_MAX);
  if (isSecretContent(left, path) || isSecretContent(right, path)) return [NOT_SHOWN];
  const known = describeKnown(path, left, right);
  if (known?.isTold === true) return [...known.lines];
  const lines = known?.lines ?? [];
  const areTexts = isText(left) && isText(right) && Math.max(left.length, right.length) <= TEXT_BYTES_MAX;
  if (areTexts) {
    const count = EXAMPLE_LINES_MAX - lines.length;
    return [...lines, ...(await unifiedLines(left.toString('latin1'), right.toString('latin1'), count))];
  }
  const isSecret = hasSecretInside(left) || hasSecretInside(right);
  // A known format has said where the first difference is, unless the formats differ.
  return [
    ...lines,
    ...(isSecret
      ? [NOT_SHOWN]
      : hexWindow(left, right).slice(lines.some((line) => line.startsWith(' first')) ? 1 : 0)),
  ];
}

/** For a file too large to be searched for keys and passwords, only what its header says is shown. */
function largeLines(path: string, a: Entry, b: Entry, sides: Sides): string[] {
  const sizes = a.size === b.size ? [` ${a.size} bytes`] : [`-${a.size} bytes`, `+${b.size} bytes`];
  const [left, right] = [sides.a.source, sides.b.source];
  const at = new ContentComparer(left, right).firstDifference(a, b);
  if (at === undefined) return sizes;
  const heads = [readHead(left, a), readHead(right, b)] as const;
  const known = describeKnown(path, ...heads, { sizes: [a.size, b.size], at });
  return known === undefined ? [...sizes, ` first differs at byte ${at}`] : [...known.lines];
}

function entryText({ type, mode, uid, gid, size, target }: Entry): string {
  const what = type === 'file' ? `, ${size} bytes` : type === 'symlink' ? ` to ${target}` : '';
  return `${type} ${octal(mode)} ${uid}:${gid}${what}`;
}

function fieldText(field: Field, entry: Entry): string {
  switch (field) {
    case 'mode':
      return `mode ${octal(entry.mode)}`;
    case 'owner':
      return `owner ${entry.uid}:${entry.gid}`;
    case 'mtime':
      return `mtime ${timeText(entry)}`;
    case 'target':
      return `to ${entry.target}`;
    case 'device':
      return `device ${entry.major}:${entry.minor}`;
    case 'links':
      return entry.links === null ? 'one name' : `one inode with ${entry.links.paths.join(', ')}`;
    default:
      return entryText(entry);
  }
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

function timeText({ mtime, nanoseconds }: Entry): string {
  const date = new Date(mtime * 1000);
  if (Number.isNaN(date.getTime())) return String(mtime);
  const fraction = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0')}`;
  return `${date.toISOString().slice(0, 19)}${fraction}Z`;
}

// The beginning of a unified diff of two texts.

/** Lines around a change. */
const CONTEXT = 1;
/** Characters shown of a line, with which it fits into 80 columns; of a longer one, those around its first difference. */
const LINE_WIDTH = 68;
/** Longest run of lines of one side that is shown in full, to leave room for the other side. */
const RUN_MAX = 4;
/** How many lines of either text are compared, starting at the first that differs. */
const LINES_MAX = 2000;
/** Milliseconds; after that, texts with little in common are shown as all old, all new. */
const TIMEOUT = 500;

/** Passwords and the like are hidden. */
export async function unifiedLines(a: string, b: string, limit: number): Promise<string[]> {
  const { structuredPatch } = await import('diff');
  const left = hideSecrets(a.split('\n'));
  const right = hideSecrets(b.split('\n'));
  if (left.length === right.length && left.every((line, i) => line === right[i])) {
    return [' (not shown: passwords or similar secrets differ)'];
  }
  let same = 0;
  while (same < Math.min(left.length, right.length) - 1 && left[same] === right[same]) same += 1;
  const from = Math.max(0, same - CONTEXT);
  const piece = (lines: readonly string[]): string => lines.slice(from, from + LINES_MAX).join('\n');
  const patch = structuredPatch('', '', piece(left), piece(right), '', '', {
    context: CONTEXT,
    timeout: TIMEOUT,
  });
  if (patch === undefined) return [`-${clip(left[same] ?? '', '')}`, `+${clip(right[same] ?? '', '')}`];
  const lines: string[] = [];
  for (const { oldStart, newStart, lines: hunk } of patch.hunks) {
    lines.push(`@ line ${oldStart + from} and ${newStart + from}`, ...shorten(clipAll(hunk)));
    if (lines.length >= limit) break;
  }
  return lines.length <= limit ? lines : [...lines.slice(0, limit - 1), '@ and more'];
}

function clipAll(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !line.startsWith('\\'))
    .map((line, i, all) => {
      if (line.length <= LINE_WIDTH) return line;
      const other = line.startsWith('-')
        ? all.find((each, j) => j > i && each.startsWith('+'))
        : all.findLast((each, j) => j < i && each.startsWith('-'));
      return `${line[0]}${clip(line.slice(1), other?.slice(1) ?? '')}`;
    });
}

/** Keeps the beginning of each run of lines of one side. */
function shorten(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const sign = lines[at]?.[0];
    let end = at + 1;
    while (end < lines.length && lines[end]?.[0] === sign) end += 1;
    // A note takes a line too.
    const shown = end - at > RUN_MAX + 1 ? RUN_MAX : end - at;
    kept.push(...lines.slice(at, at + shown));
    if (at + shown < end) kept.push(`@ and ${end - at - shown} more such lines`);
    at = end;
  }
  return kept;
}

function clip(line: string, other: string): string {
  if (line.length <= LINE_WIDTH) return line;
  let at = 0;
  while (at < other.length && line[at] === other[at]) at += 1;
  const from = other === '' ? 0 : Math.max(0, at - LINE_WIDTH / 3);
  const piece = line.slice(from, from + LINE_WIDTH);
  return `${from > 0 ? '...' : ''}${piece}${from + LINE_WIDTH < line.length ? '...' : ''}`;
}

const ROW_BYTES = 16;
/** Rows shown of each side: the one before the first difference, and those that follow. */
const ROWS = 3;

/** The first bytes that differ, as offset, hex and text; byte strings. */
export function hexWindow(a: Uint8Array, b: Uint8Array): string[] {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at += 1;
  const first = Math.max(0, at - (at % ROW_BYTES) - ROW_BYTES);
  const lines: string[] = [` byte ${at} of ${a.length} and ${b.length}`];
  for (let row = 0; row < ROWS; row += 1) {
    const start = first + row * ROW_BYTES;
    const left = rowOf(a, start);
    const right = rowOf(b, start);
    if (left === right) {
      if (left !== '') lines.push(` ${left}`);
      continue;
    }
    if (left !== '') lines.push(`-${left}`);
    if (right !== '') lines.push(`+${right}`);
  }
  return lines;
}

/** With what a report puts before it, a row fits a terminal of 80 columns. */
function rowOf(bytes: Uint8Array, start: number): string {
  const row = bytes.subarray(start, start + ROW_BYTES);
  if (row.length === 0) return '';
  const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = [...row]
    .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
    .join('');
  return `${start.toString(16).padStart(8, '0')} ${hex.padEnd(ROW_BYTES * 3 - 1)}  ${text}`;
}
