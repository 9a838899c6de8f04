import { availableParallelism } from 'node:os';
import { diffDocument, sameFilesDocument } from '../app/diff-document.ts';
import { compareManifests, manifestsDocument } from '../app/diff-manifests.ts';
import { areSameFiles } from '../app/diff-sides.ts';
import { compareTrees, explainDifference } from '../app/diff-trees.ts';
import { isManifest } from '../app/is-manifest.ts';
import type { DiffDocument } from '../documents/diff.ts';
import { StillrootError } from '../errors.ts';
import { flag } from '../settings/option.ts';
import { NO_IMAGE, resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import { areSameImages, SIDE_OPTIONS, sideImages } from '../settings/side-options.ts';
import { openSource } from '../source/open-source.ts';
import {
  checkCall,
  clock,
  libraryOutside,
  READING_ROWS,
  type ReadingOptions,
  type TreeOptions,
  type WatchOptions,
} from './call.ts';
import { watched } from './pack.ts';

export interface DiffOptions extends Omit<TreeOptions, 'image' | 'platform'>, ReadingOptions, WatchOptions {
  /** Directory or archive of a root filesystem, or a manifest. Settings apply to trees: a manifest has its own. */
  readonly a: string;
  /** The other side; same kinds. */
  readonly b: string;
  /** Which image of a container image is read: one choice for both sides, or that of A and that of B. */
  readonly image?: string | false | readonly (string | false)[] | undefined;
  /** Likewise. */
  readonly platform?: string | readonly string[] | undefined;
  /** Whether to compare digests of both archives as well, for which everything is read once more. Default: false. */
  readonly digests?: boolean | undefined;
}

const ROWS = {
  ...TREE_OPTIONS,
  ...SIDE_OPTIONS,
  ...READING_ROWS,
  digests: flag({ option: 'digests', group: 'Reports', text: 'Prove by digests of both archives too' }),
};

/**
 * Explains what differs between two trees, archives or manifests, by cause, and what would make them equal: what
 * `stillroot diff` does.
 *
 * @returns what `stillroot diff --json` prints; `proposal.rules` is TOML for a file of `ruleFiles`, null for none
 * @throws StillrootError by its `code`: `usage` for an option, `source-...`, `archive-...` and `manifest-...` for a
 *   side; the reason of the signal
 */
export async function diff(options: DiffOptions): Promise<DiffDocument> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const { signal, onWarning } = options;
  const { paths, values, words, reading } = checkCall(
    { ...options, image: asList(options.image), platform: asList(options.platform) },
    ['a', 'b'],
    ROWS,
  );
  const { a, b } = paths;
  if (isManifest(a) || isManifest(b)) {
    for (const [key, { option }] of Object.entries({ ...TREE_OPTIONS, digests: ROWS.digests })) {
      if (words[option] === undefined) continue;
      const what = 'does not apply to manifests, which record the settings but no contents';
      throw new StillrootError('usage', what, { where: key, hint: 'Leave it out, or diff the images.' });
    }
    const compared = await compareManifests(a, b, {
      temporary: reading.temporary,
      pack: {
        ...{ jobs: availableParallelism(), clock: clock(), around: watched(signal, undefined) },
        open: (path, scan) => openSource(path, { ...reading, ...scan }),
      },
      explain: (original, rebuilt, settings) =>
        explainDifference(original, rebuilt, settings, reading, ({ document }) => ({ document })),
    });
    return manifestsDocument(compared);
  }
  const settings = await resolveTreeSettings({ ...values, ...NO_IMAGE }, libraryOutside());
  const images = sideImages(values);
  if (!values.digests && areSameImages(images) && areSameFiles(a, b))
    return sameFilesDocument(paths, settings.epoch, seconds());
  const found = await compareTrees({
    ...{ a, b, images, settings, ...reading, withDigests: values.digests },
    onWarning: (path, message) =>
      onWarning?.({ code: 'image-layer', path: '', message: `${path}: ${message}` }),
  });
  return diffDocument(paths, found.diff, found.sides, found.blocks, seconds());
}

function asList<T>(value: T | readonly T[] | undefined): readonly T[] | undefined {
  return value === undefined || Array.isArray(value) ? (value as readonly T[] | undefined) : [value as T];
}
