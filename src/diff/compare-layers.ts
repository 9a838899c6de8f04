/** Two archives of one tree that are not the same file: what the packer or the compressor did differently. */

import { normalizeOwner } from '../normalize/owner.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import type { ArchiveLayer, HeaderFacts, MemberFacts } from './archive-layer.ts';
import { earlyLines, earlyNames, pathOf } from './compare-early.ts';
import { attributeLines } from './compare-entries.ts';
import type { Side } from './side.ts';

/** What can differ between two archives, or two container images, besides their trees. */
export const LAYER_PARTS = [
  'format',
  'names',
  'order',
  'inode',
  'nlink',
  'source-device',
  'owner-names',
  'padding',
  'root',
  'segments',
  'segment-headers',
  'boot-config',
  'rest',
  'compression',
  'sockets',
  'image-config',
  'image-history',
  'image-created',
  'image-layers',
] as const;

export type LayerPart = (typeof LAYER_PARTS)[number];

export interface LayerDifference {
  readonly cause: 'archive-layer' | 'compressor' | 'left-out' | 'container-image';
  /** Stable, for programs. */
  readonly what: LayerPart;
  readonly title: string;
  /** Of the entries concerned, as named in side A; empty where it concerns the file as a whole. */
  readonly paths: readonly string[];
  /** As in an Example. */
  readonly lines: readonly string[];
}

/** What precedes the tree, or follows it: as it stands there, and as pack writes it; empty where there is nothing. */
export interface Around {
  readonly found: Uint8Array;
  readonly packed: Uint8Array;
}

/** Where packing changes nothing about it. */
export function unchanged(bytes: Uint8Array): Around {
  return { found: bytes, packed: bytes };
}

export const NOTHING_AROUND: Around = unchanged(new Uint8Array(0));

/** In addition to the layer itself: the early segments, and the entry for the root, where there is one. */
export interface LayerSide {
  readonly layer: ArchiveLayer;
  readonly early: Around;
  readonly root: Entry | undefined;
}

/** @param isSameTree whether the two trees are the same */
export function compareLayers(a: LayerSide, b: LayerSide, isSameTree: boolean): LayerDifference[] {
  const isSameButZeros = a.layer.payloadDigest === b.layer.payloadDigest;
  const isSamePayload = isSameButZeros && a.layer.padding === b.layer.padding;
  const found = isSameButZeros ? [] : [...compareHeaders(a, b), ...compareWritten(a.layer, b.layer)];
  if (isSameButZeros && !isSamePayload) {
    const zeros = [`${a.layer.padding} bytes`, `${b.layer.padding} bytes`] as const;
    found.push(difference('padding', 'the padding with zeros at the end differs', zeros));
  }
  const roots = [rootText(a.root), rootText(b.root)] as const;
  if (roots[0] !== roots[1]) found.push(difference('root', 'the entries for the root differ', roots));
  const segments = compareSegments(a.early, b.early);
  if (segments !== undefined) found.push(segments);
  if (a.layer.bootConfig !== b.layer.bootConfig) {
    const texts = [bootConfigText(a.layer), bootConfigText(b.layer)] as const;
    found.push(difference('boot-config', 'the boot configurations at the end differ', texts));
  }
  if (!isSamePayload && isSameTree && found.length === 0) found.push(difference('rest', REST));
  const left = `${compressionText(a.layer.members)}, ${a.layer.fileSize} bytes`;
  const right = `${compressionText(b.layer.members)}, ${b.layer.fileSize} bytes`;
  // With a different payload the blocks differ in any case.
  const isOther = kindText(a.layer.members) !== kindText(b.layer.members);
  if (isOther || (isSamePayload && a.layer.fileDigest !== b.layer.fileDigest && found.length === 0)) {
    const title = isSamePayload
      ? 'the same archive, compressed differently'
      : 'the archives are compressed differently';
    found.push({ ...difference('compression', title, [left, right]), cause: 'compressor' });
  }
  return found;
}

/** Compares what precedes the tree; empty for a directory. */
export function compareSegments(a: Around, b: Around): LayerDifference | undefined {
  if (Buffer.compare(a.found, b.found) === 0) return undefined;
  if (Buffer.compare(a.packed, b.packed) === 0) {
    const title = 'times, permissions or numbers in the uncompressed archives in front differ';
    return difference('segment-headers', title);
  }
  const title = 'the uncompressed archives in front differ';
  return { ...difference('segments', title), lines: earlyLines(a.packed, b.packed) };
}

const REST =
  'fields that are not part of the tree differ: padding between entries, number formats, access or change times';

function difference(
  what: LayerDifference['what'],
  title: string,
  lines: readonly [string, string] | [] = [],
  paths: readonly string[] = [],
): LayerDifference {
  const [left, right] = lines;
  const shown = left === undefined ? [] : [`-${left}`, `+${right}`];
  return { cause: 'archive-layer', what, title, paths, lines: shown };
}

function rootText(root: Entry | undefined): string {
  if (root === undefined) return 'none';
  return `mode 0${root.mode.toString(8)}, owner ${root.uid}:${root.gid}, mtime ${root.mtime}`;
}

function bootConfigText({ bootConfig }: ArchiveLayer): string {
  if (bootConfig === undefined) return 'none';
  return bootConfig.length > CONFIG_SHOWN ? `${bootConfig.slice(0, CONFIG_SHOWN)}...` : bootConfig.trimEnd();
}

/** Bytes of a boot configuration that are shown. */
const CONFIG_SHOWN = 200;

function compareHeaders(
  { layer: a, early: earlyA }: LayerSide,
  { layer: b, early: earlyB }: LayerSide,
): LayerDifference[] {
  const found: LayerDifference[] = [];
  // If one has more archives than the other, the leading ones are compared separately.
  const count = Math.min(a.formats.length, b.formats.length);
  const text = (all: readonly string[]): string => all.slice(all.length - count).join(' + ');
  const formats = [text(a.formats.map(String)), text(b.formats.map(String))] as const;
  if (formats[0] !== formats[1]) {
    found.push(difference('format', 'the archives are of different formats', formats));
  }
  const left = byPath(a.headers);
  const right = byPath(b.headers);
  const common = [...left.keys()].filter((path) => right.has(path));
  const pairs = common.map(
    (path): Pair => [path, left.get(path) as HeaderFacts, right.get(path) as HeaderFacts],
  );
  const named = pairs.filter(([, x, y]) => x.name !== y.name);
  if (named.length > 0) {
    const [[, x, y] = NO_PAIR] = named;
    const title = 'names are written differently';
    found.push(difference('names', title, [x.name, y.name], pathsOf(named)));
  }
  // pack keeps the order of early archives.
  const early = new Set([...earlyNames(earlyA.packed), ...earlyNames(earlyB.packed)]);
  const before = common.filter((path) => !early.has(path));
  const after = [...right.keys()].filter((path) => left.has(path) && !early.has(path));
  const at = before.findIndex((path, i) => path !== after[i]);
  if (at !== -1) {
    const show = (paths: readonly string[]): string => paths.slice(at, at + SHOWN).join(', ');
    const moved = before.filter((path, i) => path !== after[i]);
    const title = 'entries are in a different order';
    found.push(difference('order', title, [show(before), show(after)], moved));
  }
  for (const [what, title] of NUMBERS) {
    const other = pairs.filter(([, x, y]) => x[what] !== y[what]);
    if (other.length === 0) continue;
    const [[path, x, y] = NO_PAIR] = other;
    found.push(difference(what, title, [`${path}: ${x[what]}`, `${path}: ${y[what]}`], pathsOf(other)));
  }
  return found;
}

/** What headers say that trees do not record. */
function compareWritten(
  { formats: a, written: x }: ArchiveLayer,
  { formats: b, written: y }: ArchiveLayer,
): LayerDifference[] {
  if (x === undefined || y === undefined || a.join() !== b.join()) return [];
  const found: LayerDifference[] = [];
  for (const [what, of, title] of WRITTEN) {
    const texts = [listText(x[of]), listText(y[of])] as const;
    if (texts[0] !== texts[1]) found.push(difference(what, title, texts));
  }
  return found;
}

const WRITTEN = [
  ['format', 'dialects', 'the archives are of different dialects of tar'],
  ['source-device', 'devices', 'device numbers of the source filesystem differ'],
  ['owner-names', 'owners', 'owner and group names differ'],
] as const;

/** Values shown of a list. */
const LISTED = 5;

function listText(values: readonly string[]): string {
  if (values.length === 0) return 'none';
  const more = values.length > LISTED ? ` and ${values.length - LISTED} more` : '';
  return `${values.slice(0, LISTED).join(', ')}${more}`;
}

/** Names shown of an order. */
const SHOWN = 3;

const NUMBERS = [
  ['inode', 'inode numbers differ'],
  ['nlink', 'link counts differ'],
] as const;

type Pair = readonly [path: string, a: HeaderFacts, b: HeaderFacts];
const NO_HEADER: HeaderFacts = { name: '', inode: 0, nlink: 0, segment: 0 };
const NO_PAIR: Pair = ['', NO_HEADER, NO_HEADER];

function pathsOf(pairs: readonly Pair[]): string[] {
  return pairs.map(([path]) => path);
}

/** In archive order; the last header of a path that is repeated. */
function byPath(headers: readonly HeaderFacts[]): Map<string, HeaderFacts> {
  return new Map(headers.map((header) => [pathOf(header.name), header]));
}

function compressionText(members: readonly MemberFacts[]): string {
  return members.map(memberText).join(', then ');
}

function memberText({ compression, blocks, parameters = [] }: MemberFacts): string {
  if (compression === 'none') return 'uncompressed';
  const more = parameters.length === 0 ? '' : ` (${parameters.join(', ')})`;
  if (blocks === undefined) return `${compression}${more}`;
  const largest = blocks.reduce((most, size) => Math.max(most, size), 0);
  const sizes =
    blocks.length === 1 ? 'one block' : `${blocks.length} blocks, the largest of ${largest} bytes`;
  return `${compression} in ${sizes}${more}`;
}

/** Leading uncompressed archives do not count as a different compression. */
function kindText(members: readonly MemberFacts[]): string {
  const first = members.findIndex(({ compression }) => compression !== 'none');
  return members
    .slice(first === -1 ? members.length : first)
    .map(({ compression, blocks, parameters = [] }) =>
      [compression, blocks === undefined ? '' : blocks.length > 1, ...parameters].join(),
    )
    .join(', then ');
}

/**
 * Compares the root directories of two sides, at most one of which is an archive. Their times are those of scratch
 * directories, and are not compared.
 *
 * @returns undefined where a side does not have its own root, or both are the same
 */
export function compareRoots(a: Side, b: Side): LayerDifference | undefined {
  const [left, right] = [rootOf(a.source), rootOf(b.source)];
  if (left === undefined || right === undefined) return undefined;
  const [x, y] = [directoryText(left, a), directoryText(right, b)];
  const lines = [...(x === y ? [] : [`-${x}`, `+${y}`]), ...attributeLines(a.source, left, b.source, right)];
  if (lines.length === 0) return undefined;
  return { cause: 'archive-layer', what: 'root', title: 'the root directories differ', paths: [], lines };
}

function rootOf({ tree, hasRoot }: Source): Entry | undefined {
  return hasRoot === false ? undefined : tree.root;
}

/** A user who builds a tree without being root owns its root directory too, and becomes root in an archive of it. */
function directoryText(root: Entry, { settings }: Side): string {
  const { uid, gid } = normalizeOwner(root, settings.owner);
  return `mode 0${root.mode.toString(8)}, owner ${uid}:${gid}`;
}

/**
 * Sockets that only one of two directories has: trees hold no entry for them, since they live only as long as a
 * process.
 */
export function compareLeftOut(a: Source, b: Source): LayerDifference[] {
  // An archive has none, even if its tree did.
  if (a.hasRoot !== undefined || b.hasRoot !== undefined) return [];
  const [left, right] = [socketsOf(a), socketsOf(b)];
  const only = (paths: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
    [...paths].filter((path) => !others.has(path));
  const [lost, added] = [only(left, right), only(right, left)];
  if (lost.length === 0 && added.length === 0) return [];
  return [
    {
      cause: 'left-out',
      what: 'sockets',
      title: 'sockets on one side only',
      paths: [...lost, ...added].sort(),
      lines: [...lost.map((path) => `-${path}`), ...added.map((path) => `+${path}`)],
    },
  ];
}

function socketsOf({ warnings }: Source): Set<string> {
  return new Set(warnings.flatMap(({ code, path }) => (code === 'socket' ? [path] : [])));
}
