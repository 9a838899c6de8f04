/** Names by which a layer of a container image deletes what is below it (OCI image-spec, layer.md, "Whiteouts"). */
import { nameOf, parentOf } from '../../tree/path.ts';
import { showName } from '../archive-entry.ts';
import { malformedEntry } from '../archive-node.ts';

const PREFIX = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** What AUFS keeps in the root of a layer: `.wh..wh.plnk`, `.wh..wh.aufs`, `.wh..wh.orph`. */
const AUFS = /^\.wh\.\.wh\.(?!\.opq$)/;

export type Deletion =
  /** `name` in `directory` of the lower layers, with everything below it. */
  | { readonly kind: 'name'; readonly directory: string; readonly name: string }
  /** Everything in `directory` of the lower layers. */
  | { readonly kind: 'opaque'; readonly directory: string };

/**
 * What an entry of a layer deletes, by its name alone; undefined for one that is part of the tree.
 *
 * @param path see pathOfName
 * @param where for messages
 * @throws archive-malformed for a name that would delete its own directory or one above it
 */
export function deletionOf(path: string, where: string): Deletion | undefined {
  if (!path.includes(PREFIX) || isAufsMetadata(path)) return undefined;
  const [directory, last] = [parentOf(path), nameOf(path)];
  if (directory.split('/').some((name) => name.startsWith(PREFIX))) {
    throw malformedEntry(`${showName(path)} lies below a deletion mark, which is no directory`, where);
  }
  if (!last.startsWith(PREFIX)) return undefined;
  if (last === OPAQUE) return { kind: 'opaque', directory };
  const name = last.slice(PREFIX.length);
  if (name !== '' && name !== '.' && name !== '..') return { kind: 'name', directory, name };
  throw malformedEntry(
    `${showName(path)} would delete ${name === '..' ? 'a directory above its own' : 'the directory that it is in'}`,
    where,
    'No tool writes such a mark; the image is damaged or crafted.',
  );
}

/** Whether an entry is one that AUFS kept for itself, in images made by Docker before 2017. */
export function isAufsMetadata(path: string): boolean {
  return AUFS.test(path);
}
