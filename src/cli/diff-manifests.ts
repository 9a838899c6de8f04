/** `diff` where a side is a manifest: what it records against another one, or against a tree packed as it records. */

import type { SideName } from '../diff/finding.ts';
import { StillrootError } from '../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type Comparison, compareImages } from '../reproduce/compare-images.ts';
import { type EntryCause, entryCauses } from '../reproduce/entry-causes.ts';
import type { DiffArguments } from './diff.ts';
import { type DifferentSetting, differentSettings, manifestsDocument } from './diff-manifests-document.ts';
import { manifestsReport } from './diff-manifests-report.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { isManifest } from './is-manifest.ts';
import { readManifestFile } from './manifest-file.ts';
import { NORMALIZE_OPTIONS, RULE_OPTIONS } from './options.ts';
import type { Explanation } from './reproduce-explain.ts';
import { findOriginal } from './reproduce-original.ts';
import { makePaint, type Terminal } from './terminal.ts';

export interface ComparedManifests {
  readonly args: DiffArguments;
  readonly a: Manifest;
  readonly b: Manifest;
  /** Which side is a tree or archive, packed by the settings of the other. */
  readonly repacked: SideName | undefined;
  readonly comparison: Comparison;
  readonly settings: readonly DifferentSetting[];
  readonly causes: readonly EntryCause[];
  /** Of the image beside a manifest and the tree on the other side. */
  readonly explanation: Explanation | undefined;
  readonly seconds: number;
}

/** Options that a manifest answers itself, and reports that need contents. */
const NOT_WITH_MANIFESTS: ReadonlySet<string> = new Set([
  ...Object.keys(RULE_OPTIONS),
  ...Object.keys(NORMALIZE_OPTIONS),
  'propose',
  'report',
]);

/** @param given names of the options that the user wrote */
export async function diffManifests(
  args: DiffArguments,
  terminal: Terminal,
  given: ReadonlySet<string>,
): Promise<number> {
  const started = performance.now();
  for (const name of given) {
    if (!NOT_WITH_MANIFESTS.has(name)) continue;
    throw new StillrootError(
      'usage',
      'is not for manifests: they record the settings, and hold no contents',
      {
        where: `--${name}`,
        hint: 'Leave it away, or diff the images themselves.',
      },
    );
  }
  const { a, b, repacked, explanation } = await openSides(args, terminal);
  const comparison = compareImages(a, b);
  const compared: ComparedManifests = {
    ...{ args, a, b, repacked, comparison, explanation },
    settings: differentSettings(a, b),
    causes: entryCauses(a, b, comparison),
    seconds: (performance.now() - started) / 1000,
  };
  if (args.json) {
    terminal.out(`${JSON.stringify(manifestsDocument(compared), null, 2)}\n`);
  } else if (!args.quiet) {
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    terminal.out(manifestsReport(compared, paint));
  }
  return comparison.level === 'file' ? EXIT_OK : EXIT_DIFFERS;
}

interface OpenedManifests {
  readonly a: Manifest;
  readonly b: Manifest;
  readonly repacked: SideName | undefined;
  readonly explanation: Explanation | undefined;
}

async function openSides(args: DiffArguments, terminal: Terminal): Promise<OpenedManifests> {
  if (isManifest(args.a) && isManifest(args.b)) {
    const [a, b] = [args.a, args.b].map((path) => readManifestFile(path).manifest) as [Manifest, Manifest];
    return { a, b, repacked: undefined, explanation: undefined };
  }
  const isLeft = isManifest(args.a);
  const path = isLeft ? args.a : args.b;
  const { manifest } = readManifestFile(path);
  const { limit, json, quiet, verbose, color, debug, progress } = args;
  const again = {
    ...{ json, quiet, verbose, color, debug, manifest: path, source: isLeft ? args.b : args.a },
    ...(limit === undefined ? {} : { limit }),
    ...(progress === undefined ? {} : { progress }),
    ...{ run: false, pin: false, force: false },
  };
  // Loaded for one manifest and a tree: packing it again takes most of the program.
  const { rebuildImage } = await import('./reproduce-image.ts');
  const original = findOriginal(manifest, again);
  const { found, explanation } = await rebuildImage(manifest, again, terminal, {
    rebuild: undefined,
    original,
    attested: () => [],
  });
  return isLeft
    ? { a: manifest, b: found, repacked: 'b', explanation }
    : { a: found, b: manifest, repacked: 'a', explanation };
}
