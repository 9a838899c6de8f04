/** `diff` where a side is a manifest: what it records against another one, or against a tree packed as it records. */

import { availableParallelism } from 'node:os';
import { readManifestFile } from '../app/manifest-file.ts';
import { findOriginal } from '../app/original-image.ts';
import { recordedSegment } from '../app/recorded-segment.ts';
import type { SideName } from '../diff/finding.ts';
import { StillrootError } from '../errors.ts';
import { documentText } from '../json/document.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { compareImages } from '../reproduce/compare-images.ts';
import { entryCauses } from '../reproduce/entry-causes.ts';
import { TREE_OPTIONS } from '../settings/resolve.ts';
import type { DiffArguments } from './diff-arguments.ts';
import { type ComparedManifests, differentSettings, manifestsDocument } from './diff-manifests-document.ts';
import { manifestsReport } from './diff-manifests-report.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { isManifest } from './is-manifest.ts';
import { withProgress } from './progress.ts';
import { sourceOpener, temporaryDirectory } from './reading.ts';
import type { Explanation } from './reproduce-explain.ts';
import { withSignals } from './signals.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { Words } from './verb.ts';

/** Options that a manifest answers itself, and reports that need contents. */
const NOT_WITH_MANIFESTS: ReadonlySet<string> = new Set([
  ...Object.values(TREE_OPTIONS).map(({ option }) => option),
  'propose',
  'report',
]);

export async function diffManifests(args: DiffArguments, terminal: Terminal, words: Words): Promise<number> {
  const started = performance.now();
  for (const name of NOT_WITH_MANIFESTS) {
    if (words[name] === undefined) continue;
    throw new StillrootError(
      'usage',
      'is not for manifests: they record the settings, and hold no contents',
      {
        where: `--${name}`,
        hint: 'Leave it out, or diff the images themselves.',
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
    terminal.out(documentText(manifestsDocument(compared)));
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
  const source = isLeft ? args.b : args.a;
  const segment = recordedSegment(manifest, { manifest: path, segment: undefined }, source);
  // Loaded for one manifest and a tree: packing it again takes most of the program.
  const { rebuildImage } = await import('../app/rebuild-image.ts');
  const { found, explanation } = await withSignals((signal) =>
    rebuildImage(
      manifest,
      {
        ...{ where: path, output: undefined, force: false, segment, bootstrap: undefined },
        temporary: temporaryDirectory(terminal),
        original: findOriginal(manifest, path),
        withTree: (work) => work(source),
        pack: {
          ...{ jobs: availableParallelism(), clock: terminal.clock() },
          open: sourceOpener(args, terminal),
          around: (plan, work) =>
            withProgress(args, terminal, plan.contentBytes(), (onProgress) => work({ signal, onProgress })),
        },
      },
      async (original, rebuilt, settings) => {
        const { explainDifference } = await import('./reproduce-explain.ts');
        return explainDifference(original, rebuilt, settings, args, terminal);
      },
    ),
  );
  return isLeft
    ? { a: manifest, b: found, repacked: 'b', explanation }
    : { a: found, b: manifest, repacked: 'a', explanation };
}
