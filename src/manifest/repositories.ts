/**
 * Where the packages of an image come from, as the image says: what is read is the tree as it will be in the
 * archive. A list that a rule drops or rewrites is of the machine that built the image and differs from one to the
 * next; what the build itself used is in the command of --bootstrap.
 */
import { MANAGERS, type PackageManager } from '../packages/managers.ts';
import type { ImageFiles } from '../packages/repositories/repository.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ManifestRepository } from './manifest.ts';

/** Each once, by type, URL, suite and so on: an order that does not depend on names of files. */
export function findRepositories(
  files: ImageFiles,
  managers: readonly Pick<PackageManager, 'repositories'>[] = MANAGERS,
): ManifestRepository[] {
  const found = managers.flatMap(({ repositories }) => repositories(files));
  const byKey = new Map(found.map((each) => [sortKey(each), each]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function sortKey({ type, url, suite = '', components = [], snapshot = '' }: ManifestRepository): string {
  return canonicalJson([type, url, suite, components, snapshot]);
}
