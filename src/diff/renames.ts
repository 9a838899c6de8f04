/** Files that both sides have under names that differ in a time, a random part or the like. */

import { GlobIndex } from '../rules/glob-index.ts';
import { joinPath, nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { Evidence } from './evidence.ts';
import { entryOf, type Finding, keyOf } from './finding.ts';
import { globOf } from './proposal.ts';
import {
  findVariation,
  type Hosts,
  maskVarying,
  replaceVarying,
  type Variation,
  type VariedKind,
} from './varying-text.ts';

export interface Rename {
  readonly a: string;
  readonly b: string;
  readonly kinds: ReadonlySet<VariedKind>;
  /** Undefined for entries without content. */
  readonly isSameContent: boolean | undefined;
  /** Matches both names, and those of the next build; undefined where it would match anything else in the trees. */
  readonly pattern: string | undefined;
}

/** Maximum content bytes compared for names that differ only in a random word. */
const COMPARED_BYTES_MAX = 1024 * 1024;
/** Maximum number of files of one directory and size that are compared with each other. */
const CANDIDATES_MAX = 64;

/**
 * @param findings all that the rules leave, in tree order
 * @param evidenceOf reads the evidence for a finding
 * @returns by key of the finding; both findings of a pair are listed
 */
export function findRenames(
  findings: readonly Finding[],
  hosts: Hosts,
  evidenceOf: (finding: Finding) => Evidence,
  trees: readonly Tree[],
): Map<string, Rename> {
  const lost = findings.filter(({ field, b }) => field === 'presence' && b === undefined);
  const added = findings.filter(({ field, a }) => field === 'presence' && a === undefined);
  const renames = new Map<string, Rename>();
  if (lost.length === 0 || added.length === 0) return renames;
  /** Maps directories of side A to their names in side B. */
  const directories = new Map<string, string>();
  const free = new Set(added);
  const bytesOf = (finding: Finding): Buffer | undefined =>
    evidenceOf(finding).bytes(finding.a === undefined ? 'b' : 'a');
  const pairUp = (a: Finding, b: Finding, kinds: ReadonlySet<VariedKind>, pattern: string): void => {
    free.delete(b);
    const { type } = entryOf(a);
    if (type === 'directory') directories.set(a.path, b.path);
    const isSameContent = type === 'file' ? areSame(bytesOf(a), bytesOf(b)) : undefined;
    const rename: Rename = { a: a.path, b: b.path, kinds, isSameContent, pattern };
    renames.set(keyOf(a), rename);
    renames.set(keyOf(b), rename);
  };

  const byMask = Map.groupBy(added, (finding) => maskKey(finding, hosts));
  const byPath = new Map(added.map((finding) => [finding.path, finding]));
  const byPlace = Map.groupBy(added, ({ path }) => parentOf(path));
  for (const finding of lost) {
    // What is inside a renamed directory keeps its own name.
    const moved = directories.get(parentOf(finding.path));
    const inMoved = moved === undefined ? undefined : byPath.get(joinPath(moved, nameOf(finding.path)));
    if (moved !== undefined && inMoved !== undefined && free.has(inMoved) && isSameType(finding, inMoved)) {
      const above = renames.get(keyOf({ path: parentOf(finding.path), field: 'presence' }));
      const pattern = `${above?.pattern ?? globOf(moved)}/${globOf(nameOf(finding.path))}`;
      pairUp(finding, inMoved, above?.kinds ?? RANDOM, pattern);
      continue;
    }
    const masked = byMask.get(maskKey(finding, hosts))?.find((each) => free.has(each));
    const variation = masked && findVariation(finding.path, masked.path, hosts);
    if (masked !== undefined && variation !== undefined) {
      const pattern =
        maskedPattern(finding.path, variation, hosts) ?? commonPattern(finding.path, masked.path);
      pairUp(finding, masked, variation.kinds, pattern);
      continue;
    }
    const neighbours = byPlace.get(moved ?? parentOf(finding.path)) ?? [];
    const alike = neighbours
      .filter((each) => free.has(each) && isAlike(finding, each))
      .slice(0, CANDIDATES_MAX)
      .find((each) => haveSameContent(finding, each, lost, added, bytesOf));
    if (alike !== undefined) pairUp(finding, alike, RANDOM, commonPattern(finding.path, alike.path));
  }
  return withoutWidePatterns(renames, trees);
}

function isSameType(a: Finding, b: Finding): boolean {
  return entryOf(a).type === entryOf(b).type;
}

/** Removes patterns that match a path outside the pairs. */
function withoutWidePatterns(
  renames: ReadonlyMap<string, Rename>,
  trees: readonly Tree[],
): Map<string, Rename> {
  const all = [...new Set(renames.values())];
  const index = new GlobIndex(all.map(({ pattern = '' }) => pattern));
  const paired = new Set(all.flatMap(({ a, b }) => [a, b]));
  const wide = new Set<Rename>();
  for (const { entries } of trees) {
    for (const { path } of entries) {
      if (paired.has(path)) continue;
      for (const at of index.match(path)) wide.add(all[at] as Rename);
    }
  }
  return new Map(
    [...renames].map(([key, rename]) => [key, wide.has(rename) ? { ...rename, pattern: undefined } : rename]),
  );
}

/** The path with a star for each value that varies; undefined where one of them spans a slash. */
function maskedPattern(path: string, variation: Variation, hosts: Hosts): string | undefined {
  if (variation.values.some(([, value]) => value.includes('/'))) return undefined;
  const marked = replaceVarying(path, variation, hosts, {
    ...{ time: '\0', random: '\0', 'temporary-path': '\0', 'host-name': '\0' },
  });
  return globOf(marked).replaceAll('\0', '*');
}

const RANDOM: ReadonlySet<VariedKind> = new Set(['random']);

function maskKey(finding: Finding, hosts: Hosts): string {
  return `${entryOf(finding).type} ${maskVarying(finding.path, hosts)}`;
}

function areSame(a: Buffer | undefined, b: Buffer | undefined): boolean | undefined {
  return a === undefined || b === undefined ? undefined : a.equals(b);
}

/** A word that no person would choose: letters mixed with digits, or lower with upper case. */
const RANDOM_WORD = /^(?=.*[0-9A-Z])[0-9A-Za-z_-]{4,64}$/;

/** Two things of one kind whose names differ only in one random word of the same length. */
function isAlike(a: Finding, b: Finding): boolean {
  const [left, right] = [entryOf(a), entryOf(b)];
  if (left.type !== right.type || left.size !== right.size || left.target !== right.target) return false;
  const [x, y] = [nameOf(a.path), nameOf(b.path)];
  if (x.length !== y.length) return false;
  const { before, after } = commonEnds(x, y);
  const end = x.length - after;
  return RANDOM_WORD.test(x.slice(before, end)) && RANDOM_WORD.test(y.slice(before, end));
}

function haveSameContent(
  a: Finding,
  b: Finding,
  lost: readonly Finding[],
  added: readonly Finding[],
  bytesOf: (finding: Finding) => Buffer | undefined,
): boolean {
  const { type, size } = entryOf(a);
  if (type === 'directory') return namesBelow(a, lost) === namesBelow(b, added);
  if (type !== 'file') return true;
  return size > 0 && size <= COMPARED_BYTES_MAX && areSame(bytesOf(a), bytesOf(b)) === true;
}

function namesBelow({ path: directory }: Finding, findings: readonly Finding[]): string {
  const prefix = `${directory}/`;
  return findings
    .flatMap(({ path }) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []))
    .join('\0');
}

/** How many bytes two names have in common at either end, up to the edges of words. */
function commonEnds(a: string, b: string): { before: number; after: number } {
  const isWord = (char: string | undefined): boolean => char !== undefined && /[0-9A-Za-z]/.test(char);
  const shorter = Math.min(a.length, b.length);
  let before = 0;
  while (before < shorter && a[before] === b[before]) before += 1;
  while (before > 0 && isWord(a[before - 1])) before -= 1;
  let after = 0;
  while (after < shorter - before && a[a.length - 1 - after] === b[b.length - 1 - after]) after += 1;
  while (after > 0 && isWord(a[a.length - after])) after -= 1;
  return { before, after };
}

/** Component by component, with a star where two differ. */
function commonPattern(a: string, b: string): string {
  const [left, right] = [a.split('/'), b.split('/')];
  return left
    .map((name, i) => {
      const other = right[i] ?? '';
      if (name === other) return globOf(name);
      const { before, after } = commonEnds(name, other);
      return `${globOf(name.slice(0, before))}*${globOf(name.slice(name.length - after))}`;
    })
    .join('/');
}
