/**
 * Marks of deletion, which say that a tree is one layer of a container image and not what comes of all of them: files
 * `.wh.NAME` and `.wh..wh..opq` of OCI and Docker layers (image-spec, layer.md, "Whiteouts"), and the character devices
 * 0:0 of overlayfs (Documentation/filesystems/overlayfs.rst).
 */
import { nameOf, showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { Warning } from './source.ts';

const PREFIX = '.wh.';

/** @returns one warning for all of them; undefined where the tree has none */
export function layerWarning({ entries }: Tree): Warning | undefined {
  const marks = entries.filter(
    ({ path, type, major, minor }) =>
      (path.includes(PREFIX) && nameOf(path).startsWith(PREFIX)) ||
      (type === 'character' && major === 0 && minor === 0),
  );
  const [first] = marks;
  if (first === undefined) return undefined;
  const names =
    marks.length === 1 ? showPath(first.path) : `${showPath(first.path)} and ${marks.length - 1} more`;
  const message = `deletion marks of a container layer (${names}): this is one layer of a container image, not a root filesystem; flatten the image first, and use the result`;
  return { code: 'image-layer', path: '', message };
}
