/** Rebuilds the image of a manifest, compares it, and writes attestations of the result. */

import { dirname, join } from 'node:path';
import { attestationPath, type REPRODUCE_ATTESTATIONS } from '../attest/names.ts';
import { type Reproduction, rebuildLink, rebuildResult } from '../attest/reproduction.ts';
import { digestSet } from '../attest/statement.ts';
import type { DiffDocument } from '../documents/diff.ts';
import type { ReproduceDocument } from '../documents/reproduce.ts';
import { StillrootError } from '../errors.ts';
import { documentSeconds } from '../json/document.ts';
import { canonicalJson } from '../manifest/canonical-json.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkOutput } from '../pack/sink.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import type { Comparison } from '../reproduce/compare-images.ts';
import type { SegmentFile } from '../settings/setting.ts';
import type { Settings } from '../settings/settings.ts';
import { isDirectory, isFile } from '../system/files.ts';
import { showText } from '../text/format.ts';
import type { ManifestFile } from './manifest-file.ts';
import type { Rebuild } from './rebuild-command.ts';
import { type RebuildRequest, type RebuiltImage, rebuildImage } from './rebuild-image.ts';
import { findOriginal, recordedSegment } from './recorded-inputs.ts';

export interface WantedReproduction extends WantedAttestations {
  /** Undefined where a command builds the tree. */
  readonly source: string | undefined;
  /** File that precedes the image. */
  readonly segment: string | undefined;
  /** The original image; undefined for the one next to the manifest, if there is one. */
  readonly against: string | undefined;
}

export interface ReproduceOptions<E> extends Pick<RebuildRequest, 'temporary' | 'withTree' | 'pack'> {
  /** As checkReproduction returns it. */
  readonly segment: SegmentFile | undefined;
  /** The command that builds the tree; undefined for a source. */
  readonly rebuild: Rebuild | undefined;
  /** Called with both images if they differ and the original is available. */
  readonly explain: (original: string, rebuilt: string, settings: Settings) => Promise<E>;
}

export interface ReproducedImage<E> extends RebuiltImage<E> {
  /** Files that were written. */
  readonly attestations: readonly string[];
}

/**
 * Checks the request before anything is run.
 *
 * @returns what precedes the image
 * @throws StillrootError `usage`, `output-exists`, `output-refused`
 */
export async function checkReproduction(
  manifest: Manifest,
  wanted: WantedReproduction,
): Promise<SegmentFile | undefined> {
  const { output, against, force } = wanted;
  if (output === '-') {
    const what = 'cannot be -, since the report goes to standard output; wanted a file';
    throw new StillrootError('usage', what, { where: '--output' });
  }
  if (against !== undefined && !isFile(against) && !isDirectory(against)) {
    throw new StillrootError('source-missing', 'no such file or image layout', {
      where: `--against ${against}`,
      hint: 'Name the original image.',
    });
  }
  if (output !== undefined) checkOutput(output, force);
  checkAttestations(manifest, wanted);
  return await recordedSegment(manifest, wanted, wanted.source);
}

/** @throws StillrootError as `rebuildImage` does; whatever the signal was aborted with */
export async function reproduceImage<E>(
  file: ManifestFile,
  wanted: WantedReproduction,
  options: ReproduceOptions<E>,
): Promise<ReproducedImage<E>> {
  const { manifest } = file;
  const { segment, temporary, withTree, pack, rebuild } = options;
  let attestations: readonly string[] = [];
  const attested = (found: Manifest, comparison: Comparison): OutputFile[] => {
    const files = attestationFiles(file, found, comparison, wanted);
    attestations = files.map(({ path }) => showText(path));
    return files;
  };
  const request: RebuildRequest = {
    ...{ where: wanted.manifest, output: wanted.output, force: wanted.force, segment },
    ...{ temporary, withTree, pack, attested },
    bootstrap: rebuild?.record,
    original: wanted.against ?? findOriginal(manifest, wanted.manifest),
  };
  return { ...(await rebuildImage(manifest, request, options.explain)), attestations };
}

// What `reproduce` found, as a JSON document: documents/reproduce.ts.

export interface Reproduced {
  readonly args: {
    readonly manifest: string;
    readonly source: string | undefined;
    readonly output: string | undefined;
  };
  readonly comparison: Comparison;
  readonly rebuild: Rebuild | undefined;
  /**
   * What `diff` says about the original and the rebuilt image; undefined where they are the same or there is no
   * original.
   */
  readonly explanation: { readonly document: DiffDocument } | undefined;
  readonly attestations: readonly string[];
  readonly seconds: number;
}

/** What `reproduce --json` prints about a rebuilt image. */
export function reproduceDocument({
  args,
  comparison,
  rebuild,
  explanation,
  ...rest
}: Reproduced): ReproduceDocument {
  const { level, file, payload, around, front, bootConfig, tree, packages, circumstances, entries } =
    comparison;
  return {
    schema: 'stillroot/reproduce/1',
    manifest: args.manifest,
    source: args.source ?? null,
    same: level === 'file',
    level,
    ...{ file, payload, front, bootConfig, tree },
    ...(around === undefined ? {} : { around }),
    bootstrap:
      rebuild === undefined
        ? null
        : {
            command: rebuild.record.command,
            tool: rebuild.record.tool,
            toolVersion: rebuild.record.toolVersion,
            pinned: rebuild.pins.pinned,
            pins: rebuild.pins.note,
          },
    packages,
    circumstances,
    ...(entries === undefined ? {} : { entries }),
    diff: explanation?.document ?? null,
    output: args.output ?? null,
    attestations: rest.attestations,
    seconds: documentSeconds(rest.seconds),
  };
}

// `reproduce --attest`: the result of a rebuild, for others to verify.

export interface WantedAttestations {
  readonly attest: readonly (typeof REPRODUCE_ATTESTATIONS)[number][];
  /** Path of the manifest. */
  readonly manifest: string;
  /** Path of the rebuilt image; undefined where it is not kept. */
  readonly output: string | undefined;
  readonly force: boolean;
}

/** @throws output-exists before any work is done */
function checkAttestations(manifest: Manifest, args: WantedAttestations): void {
  for (const kind of args.attest) checkOutput(attestationPath(imagePath(manifest, args), kind), args.force);
}

/** The requested attestations, as files that are written together with the rebuilt image or not at all. */
function attestationFiles(
  { manifest, name, digest }: ManifestFile,
  found: Manifest,
  { file, payload, tree }: Comparison,
  args: WantedAttestations,
): OutputFile[] {
  const reproduction: Reproduction = {
    manifest: { name, digest: digestSet(digest) },
    wanted: { name: manifest.image.name, digest: digestSet(manifest.image.digest) },
    rebuilt: { name: found.image.name, digest: digestSet(found.image.digest) },
    matched: { tree: tree.same, payload: payload.same, file: file.same },
  };
  return chosenKinds(args, file.same).map((kind) => ({
    path: attestationPath(imagePath(manifest, args), kind),
    text: canonicalJson(kind === 'link' ? rebuildLink(reproduction) : rebuildResult(reproduction)),
  }));
}

/** A link would state that the rebuilt image has the same bytes. */
function chosenKinds({ attest }: WantedAttestations, isSame: boolean): WantedAttestations['attest'] {
  return isSame ? attest : attest.filter((kind) => kind !== 'link');
}

/** The path they are written next to: that of the rebuilt image or, without one, of the manifest. */
function imagePath({ image }: Manifest, args: WantedAttestations): string {
  return args.output ?? join(dirname(args.manifest), image.name);
}
