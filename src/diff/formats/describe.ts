/** Files of known formats: what they are, what their headers say, and which part holds the first difference. */

import { hideSecrets } from '../hide-secrets.ts';
import { ARCHIVES } from './archives.ts';
import { DATABASES } from './databases.ts';
import { DOCUMENTS } from './documents.ts';
import { type Field, type Format, hasAt, readField, sizeOf } from './format.ts';
import { IMAGES } from './images.ts';
import { PROGRAMS } from './programs.ts';
import { SYSTEM_FILES } from './system-files.ts';

/** Maximum lines for what headers and contents say; for more detail there are tools for each format. */
const LINES_MAX = 9;

interface Description {
  /** Lines of an example, equal ones once, as byte strings. */
  readonly lines: readonly string[];
  /** Whether anything that the format describes differs. */
  readonly isTold: boolean;
}

/** For files of which only the beginning is available. */
interface Beginning {
  /** Bytes of the whole files. */
  readonly sizes: readonly [a: number, b: number];
  /** Offset of the first byte that differs. */
  readonly at: number;
}

/**
 * @param path without the root
 * @param beginning given where `a` and `b` are not whole files
 * @returns undefined where neither side is of a known format, or nothing differs
 */
export function describeKnown(
  path: string,
  a: Buffer,
  b: Buffer,
  beginning?: Beginning,
): Description | undefined {
  const [left, right] = [formatOf(path, a), formatOf(path, b)];
  const at = beginning?.at ?? firstDifference(a, b);
  if ((left === undefined && right === undefined) || at === undefined) return undefined;
  if (left !== right) {
    const name = (format: Format | undefined): string => format?.name ?? 'a file of unknown format';
    return { lines: [`-${name(left)}`, `+${name(right)}`], isTold: false };
  }
  const format = left as Format;
  const told = [
    ...fieldLines(format.fields ?? [], a, b),
    // For a part of a file they would be wrong.
    ...(beginning === undefined ? factLines(format.facts?.(a) ?? [], format.facts?.(b) ?? []) : []),
  ];
  const [sizeA, sizeB] = beginning?.sizes ?? [a.length, b.length];
  const place = fieldAt(format, at) ?? (beginning === undefined ? format.placeOf?.(a, at) : undefined);
  const where = ` first differs at byte ${at} of ${sizeA} and ${sizeB}${place === undefined ? '' : `, in ${place}`}`;
  const lines = hideSecrets([` ${format.name}`, ...told.slice(0, LINES_MAX), where]);
  return { lines, isTold: told.some((line) => !line.startsWith(' ')) };
}

function firstDifference(a: Buffer, b: Buffer): number | undefined {
  const shorter = Math.min(a.length, b.length);
  const step = 64 * 1024;
  for (let from = 0; from < shorter; from += step) {
    const to = Math.min(from + step, shorter);
    if (a.compare(b, from, to, from, to) === 0) continue;
    let at = from;
    while (a[at] === b[at]) at += 1;
    return at;
  }
  return a.length === b.length ? undefined : shorter;
}

/** Only those that differ. */
function fieldLines(fields: readonly Field[], a: Buffer, b: Buffer): string[] {
  return fields.flatMap(([at, kind, name]) => {
    const [left, right] = [readField(a, at, kind), readField(b, at, kind)];
    if (left === right) return [];
    return [`-${name} ${left ?? '(not there)'}`, `+${name} ${right ?? '(not there)'}`];
  });
}

function factLines(a: readonly string[], b: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [left, right] = [a[i], b[i]];
    if (left === right) lines.push(` ${left}`);
    else {
      if (left !== undefined) lines.push(`-${left}`);
      if (right !== undefined) lines.push(`+${right}`);
    }
  }
  return lines;
}

function fieldAt({ fields = [] }: Format, at: number): string | undefined {
  return fields.find(([from, kind]) => at >= from && at < from + sizeOf(kind))?.[2];
}

/** The first that matches is the format of a file. */
export const FORMATS: readonly Format[] = [
  ...PROGRAMS,
  ...DATABASES,
  ...SYSTEM_FILES,
  ...ARCHIVES,
  ...IMAGES,
  ...DOCUMENTS,
];

/** @param path without the root; some formats are recognized by the name as well */
export function formatOf(path: string, bytes: Buffer): Format | undefined {
  return FORMATS.find(
    ({ magic, suits }) =>
      (magic === undefined ? suits !== undefined : magic.some(([at, text]) => hasAt(bytes, at, text))) &&
      (suits?.(bytes, path) ?? true),
  );
}
