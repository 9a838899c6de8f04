import type { PackageDatabase, ReadFile } from '../../src/packages/package.ts';
import type { Entry } from '../../src/tree/entry.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { memorySource } from '../support/memory-source.ts';

/**
 * Loads a database out of a tree in memory.
 *
 * @param files content by path; a text is a byte string
 */
export function loadFrom<T = PackageDatabase | undefined>(
  load: (tree: Tree, read: ReadFile) => T,
  files: Readonly<Record<string, string | Buffer>>,
  others: readonly Entry[] = [],
): T {
  const texts = Object.entries(files).map(
    ([path, content]) => [path, typeof content === 'string' ? content : content.toString('latin1')] as const,
  );
  const source = memorySource([...texts, ...others]);
  return load(source.tree, (path) => {
    const entry = source.tree.get(path);
    return entry?.type === 'file' ? source.readFile(entry, Number.MAX_SAFE_INTEGER) : undefined;
  });
}
