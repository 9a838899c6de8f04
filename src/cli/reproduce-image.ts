/** The image of a manifest, made again and compared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import { type Comparison, compareImages } from '../reproduce/compare-images.ts';
import { bootstrapped, temporaryDirectory } from './bootstrap.ts';
import type { ManifestContext } from './image-manifest.ts';
import { choosePacking, type PackArguments, packArchive } from './pack-archive.ts';
import type { ReproduceArguments } from './reproduce.ts';
import { recordedArguments } from './reproduce-arguments.ts';
import type { Rebuild } from './reproduce-command.ts';
import type { Explanation } from './reproduce-explain.ts';
import { withSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';

export interface Rebuilding {
  /** Undefined where the user names the tree. */
  readonly rebuild: Rebuild | undefined;
  /** To explain differences with. */
  readonly original: string | undefined;
  /** What is written with the image, or not at all. */
  readonly attested: (found: Manifest, comparison: Comparison) => readonly OutputFile[];
}

export interface RebuiltImage {
  readonly found: Manifest;
  readonly comparison: Comparison;
  readonly explanation: Explanation | undefined;
}

/** What is temporary is removed, whatever happens. */
export function rebuildImage(
  manifest: Manifest,
  args: ReproduceArguments,
  terminal: Terminal,
  rebuilding: Rebuilding,
): Promise<RebuiltImage> {
  return withSignals((signal, again) =>
    withScratch(terminal, (scratch) =>
      rebuildWithin(scratch, manifest, args, terminal, { signal, again }, rebuilding),
    ),
  );
}

async function rebuildWithin(
  scratch: string,
  manifest: Manifest,
  args: ReproduceArguments,
  terminal: Terminal,
  signals: { readonly signal: AbortSignal; readonly again: AbortSignal },
  { rebuild, original, attested }: Rebuilding,
): Promise<RebuiltImage> {
  // Without an original to compare with, digests are all that is wanted of the image.
  const kept = args.output ?? (original === undefined ? '/dev/null' : `${scratch}/rebuilt`);
  const packing = recordedArguments(manifest, args, scratch, kept);
  choosePacking(packing, terminal);
  const context: ManifestContext = {
    given: manifest.settings.given,
    epochOrigin: manifest.inputs.epoch.origin,
    ...(rebuild === undefined ? {} : { bootstrap: rebuild.record }),
    isWanted: true,
    alongside: (made) => attested(made, compareImages(manifest, made)),
  };
  const found =
    rebuild === undefined
      ? await packAgain({ ...packing, source: args.source ?? '' }, terminal, context, signals.signal)
      : await bootstrapped(rebuild.run, args, terminal, signals, (source) =>
          packAgain({ ...packing, source }, terminal, context, signals.signal),
        );
  const comparison = compareImages(manifest, found);
  if (original === undefined || comparison.level === 'file')
    return { found, comparison, explanation: undefined };
  const { explainDifference } = await import('./reproduce-explain.ts');
  return { found, comparison, explanation: await explainDifference(packing, original, kept, terminal) };
}

async function packAgain(
  args: PackArguments,
  terminal: Terminal,
  context: ManifestContext,
  signal: AbortSignal,
): Promise<Manifest> {
  const { plan, manifest } = await packArchive(args, terminal, context, signal);
  plan.source.close();
  if (manifest === undefined) throw new Error('packArchive made no manifest, which was wanted');
  return manifest;
}

async function withScratch<T>(terminal: Terminal, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = makeScratch(temporaryDirectory(terminal));
  try {
    return await work(scratch);
  } finally {
    // Rules and an archive, and nothing that anybody else has written.
    rmSync(scratch, { recursive: true, force: true });
  }
}

function makeScratch(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'stillroot-reproduce-'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StillrootError('output-failed', `cannot be written to (${code})`, {
      where: parent,
      hint: 'Set TMPDIR to a directory with room for the image.',
      cause,
    });
  }
}
