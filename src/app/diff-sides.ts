/** The two sides of a `diff`, opened. */

import { type ArchiveLayer, ArchiveLayerReader } from '../diff/archive-layer.ts';
import { type BlockCounts, type PartialSide, withDifferingBlocks } from '../diff/blocks/with-blocks.ts';
import type { SameRanges } from '../diff/compare-entries.ts';
import { type Around, type LayerSide, NOTHING_AROUND } from '../diff/compare-layers.ts';
import type { DiffOptions } from '../diff/diff.ts';
import type { SideName } from '../diff/finding.ts';
import { Side } from '../diff/side.ts';
import { StillrootError } from '../errors.ts';
import { packedEarly } from '../pack/early-headers.ts';
import type { PathHashes } from '../pack/path-hash.ts';
import type { Rule } from '../rules/rule.ts';
import type { TreeSettings } from '../settings/settings.ts';
import type { PerSide, SideImage } from '../settings/side-options.ts';
import { type ArchiveFile, openArchiveFile } from '../source/archive-file.ts';
import { ArchiveSource } from '../source/archive-source.ts';
import { areSameBytes } from '../source/input-file.ts';
import { openSource } from '../source/open-source.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import type { Source } from '../source/source.ts';
import { isFile } from '../system/files.ts';
import { inspectTree, planSettings } from './plan-tree.ts';

export interface ComparedPair {
  /** Directories or archives. */
  readonly a: string;
  readonly b: string;
  /** Those of the settings do not count. */
  readonly images: PerSide<SideImage>;
  readonly settings: TreeSettings;
  readonly limits: Partial<ReadLimits>;
  /** Directory for decompressed data. */
  readonly temporary: string;
  /** Whether digests of the packed archives are wanted, for which both sides must be read completely. */
  readonly withDigests: boolean;
  readonly signal?: AbortSignal;
  readonly onScanned?: ((entries: number) => void) | undefined;
  /** See DiffOptions. */
  readonly onStep?: DiffOptions['onStep'] | undefined;
  /** Called with warnings about a side as a whole. */
  readonly onWarning?: (path: string, message: string) => void;
}

/** Whether both are regular files with the same bytes: then there is nothing to explain. */
export function areSameFiles(a: string, b: string): boolean {
  if (!isFile(a) || !isFile(b)) return false;
  const left = openArchiveFile(a);
  try {
    const right = openArchiveFile(b);
    try {
      if (left.size !== right.size || left.size === 0) return false;
      return areSameBytes({ file: left, offset: 0 }, { file: right, offset: 0 }, left.size);
    } finally {
      right.close();
    }
  } finally {
    left.close();
  }
}

export interface OpenedSide {
  readonly side: Side;
  /** Undefined for a directory. */
  readonly layer: LayerSide | undefined;
  /** Bytes before and after the tree that pack keeps; empty for a directory. */
  readonly early: Around;
  /** For two archives written by stillroot: contents known to be equal without reading them. */
  readonly isKnown?: SameRanges;
}

type Work<T> = (a: OpenedSide, b: OpenedSide, counts: BlockCounts | undefined) => Promise<T>;

/** Opens both, and closes them when the work has succeeded or failed. */
export async function withSides<T>(pair: ComparedPair, hashes: PathHashes, work: Work<T>): Promise<T> {
  // Digests need the whole archives, and limits set by the user apply to everything in them.
  if (!pair.withDigests && Object.keys(pair.limits).length === 0) {
    const done = await withBlocks(pair, hashes, work);
    if (done !== undefined) return done.result;
  }
  const sources: Source[] = [];
  try {
    const a = await openSide('a', pair, hashes, sources);
    const b = await openSide('b', pair, hashes, sources);
    requireImage(pair, sources);
    return await work(a, b, undefined);
  } finally {
    for (const source of sources) source.close();
  }
}

function requireImage({ images }: ComparedPair, sources: readonly Source[]): void {
  const isNamed = typeof images.a.image === 'string' || typeof images.b.image === 'string';
  if (!isNamed || sources.some((source) => source.image !== undefined)) return;
  throw new StillrootError('usage', 'neither side is a container image', { where: '--image' });
}

/** Compares two archives written by stillroot by their blocks; undefined if that is not possible. */
async function withBlocks<T>(
  pair: ComparedPair,
  hashes: PathHashes,
  work: Work<T>,
): Promise<{ readonly result: T } | undefined> {
  if (!isFile(pair.a) || !isFile(pair.b)) return undefined;
  const files: ArchiveFile[] = [];
  try {
    for (const path of [pair.a, pair.b]) files.push(openArchiveFile(path));
    const [left, right] = files as [ArchiveFile, ArchiveFile];
    const open = async (
      path: string,
      { source, layer, narrow, isKnown }: PartialSide,
    ): Promise<OpenedSide> => ({
      side: await makeSide(path, source, pair, hashes, narrow),
      layer,
      early: layer.early,
      isKnown,
    });
    return await withDifferingBlocks(left, right, async (a, b, counts) =>
      work(await open(pair.a, a), await open(pair.b, b), counts),
    );
  } finally {
    for (const file of files) file.close();
  }
}

async function makeSide(
  path: string,
  source: Source,
  pair: ComparedPair,
  { forInode }: PathHashes,
  narrow?: (rules: readonly Rule[]) => readonly Rule[],
): Promise<Side> {
  const { inspection, rules, context } = await inspectTree(path, pair.settings, () => source);
  const settings = planSettings(pair.settings);
  const facts = { source, inspection, rules, context, settings, inodeHash: forInode };
  return new Side(narrow === undefined ? facts : { ...facts, narrow });
}

async function openSide(
  name: SideName,
  pair: ComparedPair,
  hashes: PathHashes,
  sources: Source[],
): Promise<OpenedSide> {
  const path = pair[name];
  const reader = new ArchiveLayerReader();
  const source = await openSource(path, {
    limits: pair.limits,
    temporary: pair.temporary,
    crossMounts: pair.settings.crossMounts,
    ...pair.images[name],
    observe: reader.events,
    ...(pair.signal === undefined ? {} : { signal: pair.signal }),
    ...(pair.onScanned === undefined ? {} : { onScanned: pair.onScanned }),
  });
  sources.push(source);
  const side = await makeSide(path, source, pair, hashes);
  const layer = side.inspection.warnings.find(({ code }) => code === 'image-layer');
  if (layer !== undefined) pair.onWarning?.(path, layer.message);
  if (!(source instanceof ArchiveSource)) return { side, layer: undefined, early: NOTHING_AROUND };
  const root = source.hasRoot ? source.tree.root : undefined;
  const early = { found: source.readEarly(), packed: packedEarly(source, pair.settings) };
  // What pack keeps after the tree counts like what it keeps before it.
  const behind = source.bootConfig ?? new Uint8Array();
  const kept = {
    found: Buffer.concat([early.found, behind]),
    packed: Buffer.concat([early.packed, behind]),
  };
  return { side, early: kept, layer: { layer: finish(path, reader), early, root } };
}

function finish(path: string, reader: ArchiveLayerReader): ArchiveLayer {
  const file = openArchiveFile(path);
  try {
    return reader.finish(file);
  } finally {
    file.close();
  }
}
