/** What a source has that no manifest records: the same tree may differ in it. */
import { leftOutTexts, somePaths } from '../source/left-out.ts';
import type { Source } from '../source/source.ts';

/** Each a clause; none where all that the source has was compared. */
export function notRecorded(source: Source): string[] {
  const { tree, warnings, attributesOf, hasRoot = true } = source;
  const found: string[] = [];
  const withAttributes = [tree.root, ...tree.entries].filter(
    (entry) => (attributesOf?.(entry).size ?? 0) > 0,
  );
  if (withAttributes.length > 0) {
    const paths = withAttributes.map(({ path }) => (path === '' ? '.' : path));
    found.push(`extended attributes of ${somePaths(paths)}: a manifest records none`);
  }
  for (const { code, message } of warnings) {
    if (code === 'xattr-unchecked') found.push(`extended attributes: ${message}`);
  }
  const withFraction = tree.entries.filter(({ nanoseconds }) => nanoseconds !== 0);
  if (withFraction.length > 0) {
    found.push(
      `fractions of a second in times of ${somePaths(withFraction.map(({ path }) => path))}: a manifest has whole seconds`,
    );
  }
  if (hasRoot) found.push('mode, owner and time of the root directory, which are not part of the tree');
  return [...found, ...leftOutTexts(source)];
}
