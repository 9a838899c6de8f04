/** Packs a tree as a container image: what its documents say, from settings, tree and the layer that was written. */
import { StillrootError } from '../errors.ts';
import { type ImageFacts, parseReference, type Reference } from '../formats/oci/build-image.ts';
import type { Platform } from '../formats/oci/documents.ts';
import { changeConfig, type GivenConfig, givenConfigOf } from '../formats/oci/given-config.ts';
import { OCI_LAYER } from '../formats/oci/media-types.ts';
import { canonicalPlatform, parsePlatform } from '../formats/oci/platform.ts';
import type { ManifestContainerImage } from '../manifest/manifest.ts';
import { platformOfTree } from '../manifest/tree-platform.ts';
import { isContainerImage, type LayerCompression, rowOf } from '../pack/formats.ts';
import type { ImageOutput } from '../pack/image-sink.ts';
import type { PackResult } from '../pack/pack.ts';
import { CONTAINER_SETTINGS } from '../settings/container-settings.ts';
import type { Settings } from '../settings/settings.ts';
import type { Source } from '../source/source.ts';
import type { PlannedTree } from './plan-tree.ts';

/** Everything but the layer. */
export type ImageWithoutLayer = Omit<ImageFacts, 'layer'>;

/** Programs are read whole; bash has 1.3 MB, a static program written in Go a hundred. */
const PROGRAM_BYTES_MAX = 256 * 1024 * 1024;

/** @throws StillrootError `usage` for an option of container images where none is written */
export function refuseImageSettings(settings: Settings): void {
  if (isContainerImage(settings.format)) return;
  for (const [key, { option }] of Object.entries(CONTAINER_SETTINGS)) {
    if (settings[key as keyof typeof CONTAINER_SETTINGS] === undefined) continue;
    throw new StillrootError('usage', `is only valid for a container image, not for ${settings.format}`, {
      where: `--${option.option}`,
      hint: 'Name an output that ends in .oci.tar, or add --format oci.',
    });
  }
}

/**
 * @returns undefined where no container image is written
 * @throws StillrootError `usage` where nothing says which platform the tree is for
 */
export function containerImageOf(planned: PlannedTree, settings: Settings): ImageWithoutLayer | undefined {
  if (!isContainerImage(settings.format)) return undefined;
  const given = settings.ociConfig ?? ofSource(planned.plan.source);
  const platform =
    settings.platform === undefined ? undefined : parsePlatform(settings.platform, '--platform');
  return {
    platform: canonicalPlatform(platform ?? given?.platform ?? platformOf(planned)),
    created: settings.epoch,
    author: given?.author,
    config: changeConfig(given?.config ?? {}, settings),
    references: referencesOf(settings.tags ?? planned.plan.source.image?.names ?? []),
  };
}

/** What a container image that is the source says of itself, as `--oci-config` would. */
function ofSource({ image }: Source): GivenConfig | undefined {
  return image === undefined ? undefined : givenConfigOf(image.config, 'the configuration of the image');
}

/** One each, in order: a source may have a name in two forms, and one that says nothing, such as a digest. */
function referencesOf(names: readonly string[]): Reference[] {
  const found = names.flatMap((name) => parseReference(name) ?? []);
  return [...new Map(found.map((reference) => [reference.full, reference])).values()];
}

function platformOf({ plan, distro, inspection }: PlannedTree): Platform {
  const files = {
    read: (path: string) => plan.finalContent(path, PROGRAM_BYTES_MAX),
    list: (directory: string) => plan.finalNames(directory),
  };
  const packages = (inspection.ownership?.databases ?? []).flatMap((database) => database.packages);
  const names = [...new Set(packages.map(({ architecture }) => architecture))];
  const platform = platformOfTree(files, names, distro);
  if (platform !== undefined) return platform;
  throw new StillrootError('usage', 'has no program that tells which architecture it is for', {
    where: plan.source.name,
    hint: 'Name it with --platform, for example --platform linux/amd64.',
  });
}

/** Media types of layers, appended to that of a plain one. */
const LAYER_SUFFIXES: Readonly<Record<LayerCompression, string>> = { none: '', gzip: '+gzip', zstd: '+zstd' };

export interface FinishedImage {
  /** The result of packing, with size and digest of the image in place of those of its layer. */
  readonly result: PackResult;
  readonly recorded: ManifestContainerImage;
}

/** Writes the documents of an image whose layer has been written. @throws output-failed */
export function finishContainerImage(
  output: ImageOutput,
  image: ImageWithoutLayer,
  settings: Settings,
  packed: PackResult,
): FinishedImage {
  const { layer: compression = 'none' } = rowOf(settings.format).container ?? {};
  const layer = {
    mediaType: OCI_LAYER + LAYER_SUFFIXES[compression],
    digest: `sha256:${packed.fileDigest}`,
    size: packed.fileBytes,
  };
  const written = output.finish({ ...image, layer: { ...layer, diffId: `sha256:${packed.payloadDigest}` } });
  const { manifest, config } = written;
  return {
    result: { ...packed, fileBytes: written.size, fileDigest: written.digest },
    recorded: { manifest, config, layer },
  };
}
