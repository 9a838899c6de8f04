import type { PackageDatabase, ReadFile } from '../../src/packages/package.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { treeOf } from '../rules/tables/cases.ts';

/** Loads a database out of files in memory; a text is a byte string. @param others further entries of the tree */
export function loadFrom<T = PackageDatabase | undefined>(
  load: (tree: Tree, read: ReadFile) => T,
  files: Readonly<Record<string, string | Buffer>>,
  others: readonly string[] = [],
): T {
  return load(treeOf([...Object.keys(files), ...others]), (path) => {
    const content = files[path];
    return typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  });
}
