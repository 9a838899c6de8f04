/** The block cache of a run: which one is used, and what a report says about it. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { BlockCache } from '../cache/block-cache.ts';
import {
  type CacheDirectory,
  cachesDirectory,
  defaultPlace,
  findCacheDirectory,
  openCacheDirectory,
} from '../cache/cache-directory.ts';
import { CACHE_SIZE_DEFAULT } from '../cache/stored-block.ts';
import { StillrootError } from '../errors.ts';
import type { Compressor } from '../pack/compressor.ts';
import { type ArchiveFormat, encoderOf } from '../pack/formats.ts';
import type { Level } from '../pack/levels.ts';
import { isInside } from '../pack/output-place.ts';
import { PROFILE } from '../versions.ts';

export interface WantedCache {
  /** Directory; false for none; undefined for the default location. */
  readonly cache: string | false | undefined;
  /** Bytes it may hold; undefined for the default. */
  readonly cacheSize: number | undefined;
  /** Environment that determines the default location. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How the blocks of an image are encoded. */
export interface CachedEncoding {
  readonly format: ArchiveFormat;
  readonly compressor: Compressor;
  readonly level: Level;
}

/** What a report says about the cache. */
export interface CacheReport {
  /** Undefined where none was used. */
  readonly directory: string | undefined;
  /** Blocks that were taken from it, and that were added to it. */
  readonly used: number;
  readonly stored: number;
  /** Problems encountered. */
  readonly notes: readonly string[];
}

/** An open cache, or the reason why there is none. */
export class ChosenCache {
  readonly #cache: BlockCache | undefined;
  readonly #missing: string | undefined;

  constructor(cache: BlockCache | undefined, missing?: string) {
    this.#cache = cache;
    this.#missing = missing;
  }

  get store(): BlockCache | undefined {
    return this.#cache;
  }

  report(): CacheReport {
    const { used = 0, stored = 0, notStored, notes = [] } = this.#cache ?? {};
    const missing = this.#missing === undefined ? [] : [`not used: ${this.#missing}`];
    const unwritten = notStored === undefined ? [] : [`stopped storing blocks: ${notStored}`];
    return { directory: this.#cache?.path, used, stored, notes: [...missing, ...notes, ...unwritten] };
  }

  close(): void {
    this.#cache?.close();
  }
}

/**
 * Reports problems with a cache that the user named before any work is done. It is not created yet: it could be inside
 * the tree.
 *
 * @param source the tree, where it is known
 * @throws cache-refused, usage
 */
export function checkCache({ cache }: Pick<WantedCache, 'cache'>, source?: string): void {
  if (typeof cache !== 'string') return;
  if (source !== undefined) refuseInside(cache, source);
  findCacheDirectory(expectNamed(cache))?.close();
}

/**
 * The cache of a run. One that the user named is used or refused; the default one is used if possible, otherwise the
 * reason is reported.
 *
 * @param source the tree; the cache must not be a part of it
 * @throws cache-refused, usage
 */
export function openCache(
  { cache, cacheSize: limit = CACHE_SIZE_DEFAULT, env }: WantedCache,
  source: string,
  { format, compressor, level }: CachedEncoding,
): ChosenCache {
  if (cache === false) return new ChosenCache(undefined);
  const { preset, dictionary } = level;
  const recipe = { profile: PROFILE, encoder: encoderOf(format), preset, dictionary };
  try {
    const directory = openPlace(cache, env, source);
    if ('missing' in directory) return new ChosenCache(undefined, directory.missing);
    return new ChosenCache(new BlockCache(directory, { recipe, inspect: compressor.inspectBlock, limit }));
  } catch (error) {
    if (cache !== undefined || !(error instanceof StillrootError)) throw error;
    return new ChosenCache(undefined, error.message);
  }
}

function openPlace(
  named: string | undefined,
  env: WantedCache['env'],
  source: string,
): CacheDirectory | { readonly missing: string } {
  const outer = named ?? cachesDirectory(env);
  if (outer !== undefined) refuseInside(outer, source);
  const place = named === undefined ? defaultPlace(env, true) : { path: named };
  return 'missing' in place ? place : openCacheDirectory(expectNamed(place.path));
}

function expectNamed(path: string): string {
  if (path !== '') return path;
  throw new StillrootError('usage', 'is empty, wanted a directory', { where: '--cache' });
}

/** It would become a part of the tree, and the source would be written to. */
function refuseInside(path: string, source: string): void {
  let existing = path;
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  if (!isInside(source, existing)) return;
  throw new StillrootError('cache-refused', `lies inside the source ${JSON.stringify(source)}`, {
    where: path,
    hint: 'Choose a directory outside the tree with --cache, or disable the cache with --no-cache.',
  });
}
