/**
 * Compares two images by their manifests; a side that is a tree or archive is first packed as the other one records.
 */
import type { SideName } from '../diff/finding.ts';
import type { DiffDocument } from '../documents/diff.ts';
import { documentSeconds } from '../json/document.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type Comparison, compareImages } from '../reproduce/compare-images.ts';
import { type EntryCause, entryCauses } from '../reproduce/entry-causes.ts';
import type { Settings } from '../settings/settings.ts';
import type { SideNames } from './diff-document.ts';
import { isManifest } from './is-manifest.ts';
import { readManifestFile } from './manifest-file.ts';
import type { RebuildRequest } from './rebuild-image.ts';
import { findOriginal, recordedSegment } from './recorded-inputs.ts';

interface DiffManifestsOptions<E> {
  /** Directory for temporary files. */
  readonly temporary: string;
  readonly pack: RebuildRequest['pack'];
  /** Called with both images if they differ and the original is available. */
  readonly explain: (original: string, rebuilt: string, settings: Settings) => Promise<E>;
}

interface OpenedManifests<E> {
  readonly a: Manifest;
  readonly b: Manifest;
  readonly repacked: SideName | undefined;
  readonly explanation: E | undefined;
}

/**
 * @param left at least one of the two must be a manifest; the other may be a directory or an archive
 * @throws StillrootError as `readManifestFile`, `recordedSegment` and `rebuildImage` do
 */
export async function compareManifests<E>(
  left: string,
  right: string,
  options: DiffManifestsOptions<E>,
): Promise<ComparedManifests<E>> {
  const started = performance.now();
  const { a, b, repacked, explanation } = await openSides(left, right, options);
  const comparison = compareImages(a, b);
  return {
    ...{ names: { a: left, b: right }, a, b, repacked, comparison, explanation },
    settings: differentSettings(a, b),
    causes: entryCauses(a, b, comparison),
    seconds: (performance.now() - started) / 1000,
  };
}

async function openSides<E>(
  left: string,
  right: string,
  options: DiffManifestsOptions<E>,
): Promise<OpenedManifests<E>> {
  if (isManifest(left) && isManifest(right)) {
    const [a, b] = [left, right].map((path) => readManifestFile(path).manifest) as [Manifest, Manifest];
    return { a, b, repacked: undefined, explanation: undefined };
  }
  const isLeft = isManifest(left);
  const [path, source] = isLeft ? [left, right] : [right, left];
  const { manifest } = readManifestFile(path);
  const segment = await recordedSegment(manifest, { manifest: path, segment: undefined }, source);
  // Only loaded for a manifest and a tree: packing the tree again takes most of the program.
  const { rebuildImage } = await import('./rebuild-image.ts');
  const request: RebuildRequest = {
    ...{ where: path, output: undefined, force: false, segment, bootstrap: undefined },
    ...{ temporary: options.temporary, pack: options.pack },
    original: findOriginal(manifest, path),
    withTree: (work) => work(source),
  };
  const { found, explanation } = await rebuildImage(manifest, request, options.explain);
  return isLeft
    ? { a: manifest, b: found, repacked: 'b', explanation }
    : { a: found, b: manifest, repacked: 'a', explanation };
}

export interface ComparedManifests<E = { readonly document: DiffDocument }> {
  readonly names: SideNames;
  readonly a: Manifest;
  readonly b: Manifest;
  /** Which side is a tree or archive, packed by the settings of the other. */
  readonly repacked: SideName | undefined;
  readonly comparison: Comparison;
  readonly settings: readonly DifferentSetting[];
  readonly causes: readonly EntryCause[];
  /** Explains the difference between the image next to a manifest and the tree on the other side. */
  readonly explanation: E | undefined;
  readonly seconds: number;
}

export interface DifferentSetting {
  /** Key of the effective settings; of policies `policies.NAME`. */
  readonly key: string;
  /** Null where the side has none. */
  readonly a: unknown;
  readonly b: unknown;
}

/** Settings that differ between two manifests, by their dotted keys, in byte order of the keys. */
function differentSettings(a: Manifest, b: Manifest): DifferentSetting[] {
  const [left, right] = [flat(a), flat(b)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((key) => {
    const [before, after] = [left.get(key) ?? null, right.get(key) ?? null];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ key, a: before, b: after }];
  });
}

/** Rule files by digest: their text is long and adds nothing. */
function flat({ settings: { effective } }: Manifest): Map<string, unknown> {
  const { policies, ruleFiles, ...rest } = effective;
  return new Map<string, unknown>([
    ...Object.entries(rest),
    ...Object.entries(policies).map(([name, value]) => [`policies.${name}`, value] as const),
    ...ruleFiles.map(({ digest }, i) => [`ruleFiles.${i}`, digest] as const),
  ]);
}

/** As documents/diff.ts describes it, with what only manifests have under `manifests`. */
export function manifestsDocument(compared: ComparedManifests): DiffDocument {
  const { names, a, b, comparison, settings, causes, explanation, seconds } = compared;
  const { level, file, payload, tree, packages, circumstances } = comparison;
  const side = (source: string, { image, config }: Manifest): DiffDocument['a'] => ({
    source,
    entries: image.payload.entries,
    distro: config.distribution,
  });
  return {
    schema: 'stillroot/diff/1',
    same: level === 'file',
    a: side(names.a, a),
    b: side(names.b, b),
    blocks: null,
    epoch: a.inputs.epoch.value,
    packages: {
      same: packages.same,
      changes: packages.moved.map(({ name, architecture, wanted, found }) => ({
        ...{ name, architecture },
        ...{ a: wanted, b: found },
      })),
    },
    clusters: causes.map(causeDocument),
    proposal: { rules: null, options: [] },
    proof: {
      equal: level === 'file',
      remaining: causes.flatMap(({ field, paths }) => paths.map((path) => ({ path, field }))),
      digests: null,
    },
    manifests: { level, file, payload, tree, settings, circumstances, diff: explanation?.document ?? null },
    seconds: documentSeconds(seconds),
  };
}

function causeDocument({
  cause,
  title,
  advice,
  rule,
  field,
  paths,
}: EntryCause): DiffDocument['clusters'][number] {
  return {
    cause,
    rule: rule ?? null,
    title,
    fields: paths.length === 0 ? [] : [field],
    files: paths.length,
    bytes: 0,
    paths,
    packages: [],
    remedy: rule === undefined ? 'look' : 'rule',
    advice,
    proposal: null,
    options: [],
    example: null,
  };
}
