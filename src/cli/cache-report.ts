/** What reports say of the block cache. */

import type { CacheReport } from '../app/image-cache.ts';
import type { PackResult } from '../pack/pack.ts';
import { formatCount, plural, showText } from '../text/format.ts';

/** A row of the facts; none where no cache was used. */
export function cacheRows(
  cache: CacheReport | undefined,
  { blocks }: Pick<PackResult, 'blocks'>,
): string[][] {
  if (cache?.directory === undefined) return [];
  const used = `${formatCount(cache.used)} of ${plural(blocks.length, 'block')}`;
  return [['cache', `${used} from ${showText(cache.directory)}`]];
}

export function cacheNotes(cache: CacheReport | undefined, verbose: number): string[] {
  return verbose === 0 ? [] : (cache?.notes ?? []).map((note) => `  cache: ${showText(note)}`);
}
