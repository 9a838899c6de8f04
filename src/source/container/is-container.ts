/** Recognizes trees that are container images rather than root filesystems, by what is at their top. */
import { INDEX_FILE, LAYOUT_FILE, SAVED_FILE } from '../../formats/oci/layout.ts';
import type { Entry } from '../../tree/entry.ts';

/** An image has a file or three for each layer; a tree with more entries is something else. */
export const CONTAINER_ENTRIES_MAX = 10_000;

/** No image has them at its top, and every root filesystem has one of them. */
const OF_ROOT_FILESYSTEMS: ReadonlySet<string> = new Set(['bin', 'etc', 'lib', 'sbin', 'usr', 'var']);

/** Names of what `docker save` puts beside its manifest: blobs, configurations, layers. */
const SAVED = /^(?:blobs\/sha256\/[0-9a-f]{64}|[0-9a-f]{64}(?:\.json|\.tar|\/layer\.tar))$/;

interface Named {
  readonly path: string;
  readonly type: Entry['type'] | undefined;
}

/** Whether a path shows that a tree is a root filesystem, even if it also holds an image. */
export function isOfRootFilesystem(path: string): boolean {
  const slash = path.indexOf('/');
  return OF_ROOT_FILESYSTEMS.has(slash === -1 ? path : path.slice(0, slash));
}

/**
 * Whether the tree is an OCI layout (image-spec, image-layout.md) or what `docker save` writes. A root filesystem that has
 * an image anywhere, even at its top, is a root filesystem.
 */
export function isContainer(entries: readonly Named[]): boolean {
  if (entries.length > CONTAINER_ENTRIES_MAX || entries.some(({ path }) => isOfRootFilesystem(path))) {
    return false;
  }
  const files = new Set(entries.filter(({ type }) => type === 'file').map(({ path }) => path));
  if (files.has(LAYOUT_FILE) && files.has(INDEX_FILE)) return true;
  return files.has(SAVED_FILE) && entries.some(({ path }) => SAVED.test(path));
}
