/** The root directories of two sides of which not both are archives. Its time is that of a scratch directory, and is not compared. */
import { normalizeOwner } from '../normalize/owner.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { attributeLines } from './compare-attributes.ts';
import type { LayerDifference } from './compare-layers.ts';
import type { Side } from './side.ts';

/** @returns undefined where a side has no root of its own, or both are the same */
export function compareRoots(a: Side, b: Side): LayerDifference | undefined {
  const [left, right] = [rootOf(a.source), rootOf(b.source)];
  if (left === undefined || right === undefined) return undefined;
  const [x, y] = [rootText(left, a), rootText(right, b)];
  const lines = [...(x === y ? [] : [`-${x}`, `+${y}`]), ...attributeLines(a.source, left, b.source, right)];
  if (lines.length === 0) return undefined;
  return { cause: 'archive-layer', what: 'root', title: 'the root directories differ', paths: [], lines };
}

function rootOf({ tree, hasRoot }: Source): Entry | undefined {
  return hasRoot === false ? undefined : tree.root;
}

/** Who made a tree without root owns its root too, and is root in an archive of it. */
function rootText(root: Entry, { settings }: Side): string {
  const { uid, gid } = normalizeOwner(root, settings.owner);
  return `mode 0${root.mode.toString(8)}, owner ${uid}:${gid}`;
}
