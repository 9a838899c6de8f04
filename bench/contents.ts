/** The contents of trees and archives: that all packed the same entries is checked, not assumed. */
import { execFileSync } from 'node:child_process';
import { quoteWord } from '../src/lab/shell.ts';
import { scanDirectory } from '../src/source/directory.ts';
import { formatCount } from '../src/text/format.ts';
import type { GroupRow } from './commands.ts';

/** Entries and bytes, for a sentence. */
export function describeTree(root: string): string {
  const source = scanDirectory(root);
  source.close();
  const { entries } = source.tree;
  // A file with several names counts as one content.
  const contents = new Map(entries.map((entry) => [entry.links ?? entry, entry.size]));
  const bytes = [...contents.values()].reduce((sum, size) => sum + size, 0);
  return `${formatCount(entries.length)} entries, ${(bytes / 2 ** 20).toFixed(0)} MiB.`;
}

/**
 * @returns a sentence; '' if there are not two to compare
 * @throws unless every archive has the same number of entries, not counting the root of the tree
 */
export function countEntries(rows: readonly GroupRow[]): string {
  const counts = rows.flatMap(({ name, output }) => {
    if (output === undefined) return [];
    const script = `bsdtar -tf ${quoteWord(output)} | grep -c -v -x -e . -e ./ || true`;
    const text = execFileSync('bash', ['-o', 'pipefail', '-c', script], { encoding: 'utf8' });
    return [{ name, count: Number(text) }];
  });
  const [first] = counts;
  if (first === undefined || counts.length === 1) return '';
  const other = counts.find(({ count }) => count !== first.count);
  if (other !== undefined) {
    throw new Error(`${first.name} packed ${first.count} entries, ${other.name} ${other.count}`);
  }
  return `${formatCount(first.count)} entries in every archive.`;
}
