import { pathFromText } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

/**
 * The path in a tree that a user typed: through symlinks of the tree, so `/lib/x` on a merged tree is
 * `usr/lib/x`. Where nothing has that name, `\xNN` and `\\` are read as the bytes for which `check` prints
 * them: an argument cannot hold bytes that are not UTF-8.
 */
export function findTypedPath(tree: Tree, typed: string): string {
  const literal = canonical(tree, pathFromText(typed));
  return tree.has(literal) ? literal : canonical(tree, unescapePath(typed));
}

/** What `showPath` shows, as bytes again. A backslash with anything else behind it is one. */
export function unescapePath(shown: string): string {
  return pathFromText(shown).replace(/\\(?:\\|x([0-9a-fA-F]{2}))/g, (_, digits: string | undefined) =>
    digits === undefined ? '\\' : String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function canonical(tree: Tree, path: string): string {
  const inside = path.replace(/^\/+|\/+$/g, '');
  return tree.canonical(inside) ?? inside;
}
