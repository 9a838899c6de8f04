/** What a tree is and which rules apply to it. */
import { loadDpkgOwnership, type Ownership } from '../packages/dpkg.ts';
import { type Detection, detect } from '../rules/detect.ts';
import { TABLES } from '../rules/tables/index.ts';
import type { Source } from '../source/source.ts';
import type { Tree } from '../tree/tree.ts';

/** os-release and its like; a real one has a few hundred bytes. */
const MAX_TEXT = 1024 * 1024;
/** One file list of a package; the largest of Debian's have some megabytes. */
const MAX_FILE_LIST = 256 * 1024 * 1024;

export interface Inspection {
  readonly detection: Detection;
  /** Undefined where the tree has no package database that can be read. */
  readonly ownership: Ownership | undefined;
}

/** @param distro a name to use instead of the one found in the tree */
export function inspect(source: Source, distro?: string): Inspection {
  const { tree } = source;
  const detection = detect(tree, (path) => read(source, tree, path, MAX_TEXT)?.toString('utf8'), {
    known: Object.keys(TABLES),
    ...(distro === undefined ? {} : { distro }),
  });
  const ownership = detection.managers.includes('dpkg')
    ? loadDpkgOwnership(tree, (path) => read(source, tree, path, MAX_FILE_LIST))
    : undefined;
  return { detection, ownership };
}

function read(source: Source, tree: Tree, path: string, limit: number): Buffer | undefined {
  const entry = tree.get(path);
  return entry?.type === 'file' ? source.readFile(entry, limit) : undefined;
}
