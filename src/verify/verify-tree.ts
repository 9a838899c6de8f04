/** Compares the entries of a source with those of a manifest, whatever holds them. */
import { StillrootError } from '../errors.ts';
import { describeTree } from '../manifest/describe-tree.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { recordedAttributes } from '../manifest/recorded-attributes.ts';
import { leftOutTexts, type Source } from '../source/source.ts';
import { type Attributes, comparableAttributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { somePaths } from '../tree/path.ts';
import { compareEntries, type Verification } from './verification.ts';

/** Errors caused by the file itself. */
const DAMAGE: ReadonlySet<string> = new Set([
  'archive-malformed',
  'archive-not-supported',
  'archive-limit',
  'source-not-supported',
  'duplicate-path',
]);

/** What a damaged file says about itself. @throws the error where it is about anything else */
export function troubleOf(error: unknown): NonNullable<Verification['trouble']> {
  if (!(error instanceof StillrootError) || !DAMAGE.has(error.code)) throw error;
  return { code: error.code, message: error.message };
}

/**
 * Compares the entries of any source.
 *
 * @param isImage whether the source is an image rather than a tree to make one of
 */
export function verifyTree(manifest: Manifest, source: Source, isImage: boolean): Verification {
  const { entries: wanted, image } = manifest;
  const attributesOf = recordedAttributes(manifest, source, isImage);
  const { digest, entries } = describeTree(source, { withEntries: wanted !== undefined, attributesOf });
  const same = digest === image.tree.digest;
  const tree = { wanted: image.tree.digest, found: digest, same };
  const notCompared = notRecorded(source, attributesOf);
  if (same || wanted === undefined || entries === undefined) {
    return { level: same ? 'tree' : 'none', tree, notCompared };
  }
  return { level: 'none', tree, notCompared, entries: compareEntries(wanted, entries) };
}

// What a source has that no manifest records: equal trees may differ in it.

/** Each a clause; empty if everything in the source was compared. */
function notRecorded(source: Source, recorded: ((entry: Entry) => Attributes) | undefined): string[] {
  const { tree, warnings, attributesOf, hasRoot = true } = source;
  const found: string[] = [];
  const withAttributes = [tree.root, ...tree.entries].filter((entry) => {
    const all = comparableAttributes(attributesOf?.(entry) ?? NO_ATTRIBUTES).size;
    // The root is not part of the tree.
    return all > (entry === tree.root ? 0 : (recorded?.(entry).size ?? 0));
  });
  if (withAttributes.length > 0) {
    const paths = withAttributes.map(({ path }) => (path === '' ? '.' : path));
    const why = recorded === undefined ? 'the manifest records none' : 'the image leaves some out';
    found.push(`extended attributes of ${somePaths(paths)}: ${why}`);
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
