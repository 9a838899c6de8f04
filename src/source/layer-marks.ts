/**
 * Detects trees that are not a root filesystem but part of a container image: one layer, recognized by whiteouts, or all
 * of it with the layers as archives inside, in the layouts of OCI (image-spec, image-layout.md) and `docker save`. Whiteouts are files
 * `.wh.NAME` and `.wh..wh..opq` of OCI and Docker layers (image-spec, layer.md, "Whiteouts"), and the character devices
 * 0:0 of overlayfs (Documentation/filesystems/overlayfs.rst).
 */
import type { Entry } from '../tree/entry.ts';
import { nameOf, showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { Warning } from './source.ts';

const PREFIX = '.wh.';

/** Digests or ids by which `docker save` names the directories of layers. */
const DOCKER_LAYER = /^[0-9a-f]{12,64}\/layer\.tar$/;

/** @returns one warning for all marks, or for the image; undefined where the tree is neither a layer nor an image */
export function layerWarning({ entries }: Tree): Warning | undefined {
  const isFile = ({ type }: Entry): boolean => type === 'file';
  const inside = entries.find(
    (each) => isFile(each) && (each.path === 'oci-layout' || DOCKER_LAYER.test(each.path)),
  );
  if (inside !== undefined && entries.every(({ path }) => !/^(?:etc|usr)$/.test(path))) {
    const message = `${inside.path} belongs to a container image: its layers are archives in this tree, which is not a root filesystem; leave out --no-image, or unpack the image first`;
    return { code: 'image-layer', path: '', message };
  }
  const marks = entries.filter(
    ({ path, type, major, minor }) =>
      (path.includes(PREFIX) && nameOf(path).startsWith(PREFIX)) ||
      (type === 'character' && major === 0 && minor === 0),
  );
  const [first] = marks;
  if (first === undefined) return undefined;
  const names =
    marks.length === 1 ? showPath(first.path) : `${showPath(first.path)} and ${marks.length - 1} more`;
  const message = `deletion marks of a container layer (${names}): this is one layer of a container image, not a root filesystem; flatten the image first, or name the whole image in place of it`;
  return { code: 'image-layer', path: '', message };
}
