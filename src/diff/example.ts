/** One difference of a cluster, readably: what people need to see to believe the cause. */
import type { Entry } from '../tree/entry.ts';
import type { CauseId, RenamedPaths } from './cause.ts';
import { attributeLines } from './compare-attributes.ts';
import { ContentComparer } from './compare-contents.ts';
import { describeKnown } from './describe.ts';
import { LOOK_BYTES_MAX, type Sides, TEXT_BYTES_MAX } from './evidence.ts';
import { readHead } from './file-head.ts';
import { entryOf, type Field, type Finding } from './finding.ts';
import { hexWindow } from './hex-window.ts';
import { hasSecretInside, isSecretContent } from './hide-secrets.ts';
import { isText } from './text.ts';
import { unifiedLines } from './unified.ts';

/** Lines are byte strings that begin with `-` for side A, `+` for side B, a space for both, or `@`. */
export interface Example {
  /** '' where it is about an archive as a whole. */
  readonly path: string;
  readonly field: Field | 'archive';
  readonly lines: readonly string[];
}

/** In place of what may hold a secret. */
const NOT_SHOWN = ' (not shown)';

/** Lines of an example at most. */
export const EXAMPLE_LINES_MAX = 12;

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

/** Contents say most, and of them the smallest. */
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
  // A source knows its own entries, and not those that a plan makes of them.
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

/** Of a file that is not read for keys and passwords in it no content is shown, but what its header says. */
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
