import { showPath } from '../tree/path.ts';
import type { InstalledPackage } from './installed.ts';
import type { Distribution } from './purl.ts';

/** What a bill of materials is made from. Nothing of the machine that writes it: equal trees, equal documents. */
export interface Bill {
  readonly distribution: Distribution;
  readonly packages: readonly InstalledPackage[];
  /** SOURCE_DATE_EPOCH: seconds, in place of the time at which the document is written. */
  readonly epoch: number;
  /** Version of stillroot. */
  readonly toolVersion: string;
}

/** `debian-12`; a tree that does not say what it is has this name all the same. */
export function rootName({ id, version }: Distribution): string {
  if (id === undefined) return 'root-filesystem';
  return showPath(version === undefined ? id : `${id}-${version}`);
}

/** `1970-01-01T00:00:00Z`, as both formats want it. */
export function timestamp(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace('.000Z', 'Z');
}
