/** Which images a container archive or layout holds, and what each consists of. */
import { StillrootError } from '../../errors.ts';
import type { Descriptor, ImageConfig, ImageManifest, Index, Platform } from '../../formats/oci/documents.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE, NAME_ANNOTATIONS, SAVED_FILE } from '../../formats/oci/layout.ts';
import { kindOfMediaType } from '../../formats/oci/media-types.ts';
import {
  readConfig,
  readIndex,
  readLayout,
  readManifest,
  readSavedImages,
} from '../../formats/oci/read-document.ts';
import { showText } from '../../text/format.ts';
import { overLimit } from '../read-limits.ts';
import type { BlobClaim, Blobs } from './blobs.ts';

/** A layer as the image names it. */
export interface LayerReference {
  /** Path of its blob in the layout or archive, as text. */
  readonly path: string;
  readonly claim: BlobClaim;
  /** Digest of the uncompressed layer, which the configuration claims. */
  readonly diffId: string;
  /** Why it may be missing; undefined for a layer that has to be there. */
  readonly elsewhere: string | undefined;
}

/** One image, with everything but its layers read and checked. */
export interface OpenedImage {
  readonly config: ImageConfig;
  /** Digest of the manifest; undefined for an archive of `docker save`, which has none. */
  readonly manifest: string | undefined;
  /** From the lowest on. */
  readonly layers: readonly LayerReference[];
}

/** An image that could be meant. */
export interface ImageCandidate {
  /** Tags and names that the file gives it, text. */
  readonly names: readonly string[];
  /** As the index says; undefined where only the configuration tells. */
  readonly platform: Platform | undefined;
  /** Digest of its manifest or configuration. */
  readonly digest: string | undefined;
  /** @throws archive-malformed, archive-not-supported, archive-limit */
  open(): OpenedImage;
}

/** Descriptors that are looked at; more than any index of a real image has. */
const DESCRIPTORS_MAX = 1000;
/** Indexes inside indexes. */
const NESTING_MAX = 8;
/** Every claim is unknown. */
const UNKNOWN: BlobClaim = { digest: undefined, size: undefined };

/**
 * @param layersMax the most layers of an image; see ReadLimits
 * @throws archive-malformed, archive-not-supported, archive-limit
 */
export function findImages(blobs: Blobs, layersMax: number): ImageCandidate[] {
  const layout = blobs.readDocument(LAYOUT_FILE, UNKNOWN);
  const index = layout === undefined ? undefined : blobs.readDocument(INDEX_FILE, UNKNOWN);
  if (layout === undefined || index === undefined) return savedImages(blobs, layersMax);
  readLayout(layout, blobs.nameOf(LAYOUT_FILE));
  return new LayoutImages(blobs, layersMax).list(readIndex(index, blobs.nameOf(INDEX_FILE)));
}

interface Found {
  readonly descriptor: Descriptor;
  readonly names: string[];
}

/** Walks the index of an OCI layout, and those that it names. */
class LayoutImages {
  readonly #blobs: Blobs;
  readonly #layersMax: number;
  readonly #found = new Map<string, Found>();
  readonly #indexes = new Set<string>();
  #count = 0;

  constructor(blobs: Blobs, layersMax: number) {
    this.#blobs = blobs;
    this.#layersMax = layersMax;
  }

  list(index: Index): ImageCandidate[] {
    this.#walk(index, [], 0);
    const all = [...this.#found.values()];
    // An index of many platforms may be shipped with the image of one.
    const shipped = all.filter(({ descriptor }) => this.#blobs.has(blobPath(descriptor.digest)));
    return (shipped.length > 0 ? shipped : all).map(({ descriptor, names }) => ({
      names,
      platform: descriptor.platform ?? undefined,
      digest: descriptor.digest,
      open: () => openManifest(this.#blobs, descriptor, this.#layersMax),
    }));
  }

  #walk(index: Index, names: readonly string[], depth: number): void {
    for (const descriptor of index.manifests ?? []) {
      this.#count += 1;
      const own = [...names, ...namesOf(descriptor)];
      const kind = kindOfMediaType(descriptor.mediaType);
      const { digest } = descriptor;
      if (this.#count > DESCRIPTORS_MAX || depth > NESTING_MAX) throw this.#tooMany(depth);
      if (kind === 'index' && !this.#indexes.has(digest)) {
        this.#indexes.add(digest);
        const bytes = this.#blobs.readDocument(blobPath(digest), descriptor);
        if (bytes !== undefined) {
          this.#walk(readIndex(bytes, this.#blobs.nameOf(blobPath(digest))), own, depth + 1);
        }
      } else if (kind === 'manifest' && !isAttestation(descriptor)) this.#add(descriptor, own);
    }
  }

  #add(descriptor: Descriptor, names: readonly string[]): void {
    const known = this.#found.get(descriptor.digest);
    if (known === undefined) {
      this.#found.set(descriptor.digest, { descriptor, names: [...new Set(names)] });
      return;
    }
    for (const name of names) if (!known.names.includes(name)) known.names.push(name);
  }

  #tooMany(depth: number): StillrootError {
    const what =
      depth > NESTING_MAX
        ? `has indexes more than ${NESTING_MAX} levels deep`
        : `has more than ${DESCRIPTORS_MAX} descriptors in its indexes`;
    return new StillrootError('archive-limit', what, {
      where: this.#blobs.nameOf(INDEX_FILE),
      hint: 'No tool writes such an index; do not trust the image.',
    });
  }
}

function namesOf({ annotations }: Descriptor): string[] {
  return NAME_ANNOTATIONS.flatMap((key) => {
    const name = annotations?.[key];
    return name ? [name] : [];
  });
}

/** BuildKit puts statements about an image beside it, as a manifest for no platform. */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  return (
    annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (platform?.os === 'unknown' && platform.architecture === 'unknown')
  );
}

function openManifest(blobs: Blobs, descriptor: Descriptor, layersMax: number): OpenedImage {
  const path = blobPath(descriptor.digest);
  const where = blobs.nameOf(path);
  const bytes = blobs.readDocument(path, descriptor);
  if (bytes === undefined) throw missing(where, 'the manifest of the image');
  const manifest = readManifest(bytes, where);
  if (kindOfMediaType(manifest.config.mediaType) !== 'config') {
    throw unsupported(
      where,
      `its configuration is of the type ${showText(manifest.config.mediaType)}, so this is an artifact, not an image of a root filesystem`,
      'Choose another one with --image.',
    );
  }
  const configPath = blobPath(manifest.config.digest);
  const configBytes = blobs.readDocument(configPath, manifest.config);
  if (configBytes === undefined) throw missing(blobs.nameOf(configPath), 'the configuration of the image');
  const config = readConfig(configBytes, blobs.nameOf(configPath));
  return {
    config,
    manifest: descriptor.digest,
    layers: layersOf(manifest, config, where, layersMax),
  };
}

function layersOf(
  { layers }: ImageManifest,
  config: ImageConfig,
  where: string,
  layersMax: number,
): LayerReference[] {
  const named = layers ?? [];
  const diffIds = checkedDiffIds(config, named.length, where, layersMax);
  return named.map((layer, at) => {
    const kind = kindOfMediaType(layer.mediaType);
    if (kind !== 'layer' && kind !== 'foreign') {
      throw unsupported(
        `${where}: layers[${at}]`,
        `is of the type ${showText(layer.mediaType)}, which no layer has that can be read`,
        'Encrypted layers must be decrypted first (skopeo copy --decryption-key).',
      );
    }
    const [url] = layer.urls ?? [];
    const isElsewhere = kind === 'foreign' || url !== undefined;
    return {
      path: blobPath(layer.digest),
      claim: layer,
      diffId: diffIds[at] as string,
      elsewhere: isElsewhere ? showText(url ?? 'another place') : undefined,
    };
  });
}

/** As many as there are layers. */
function checkedDiffIds(
  { rootfs }: ImageConfig,
  layers: number,
  where: string,
  layersMax: number,
): readonly string[] {
  const diffIds = rootfs.diff_ids ?? [];
  if (layers > layersMax) {
    throw overLimit('layers', `has ${layers} layers, the limit is ${layersMax}`, where);
  }
  if (diffIds.length === layers) return diffIds;
  throw new StillrootError(
    'archive-malformed',
    `has ${layers} layers, but its configuration has the digests of ${diffIds.length}`,
    { where, hint: 'The image is damaged or crafted; get it again.' },
  );
}

/** The images of an archive of `docker save`. */
function savedImages(blobs: Blobs, layersMax: number): ImageCandidate[] {
  const where = blobs.nameOf(SAVED_FILE);
  const bytes = blobs.readDocument(SAVED_FILE, UNKNOWN);
  if (bytes === undefined) throw missing(where, `neither this file nor ${INDEX_FILE}: the list of images`);
  return readSavedImages(bytes, where).map(({ Config: path, RepoTags, Layers }) => ({
    names: RepoTags ?? [],
    platform: undefined,
    digest: claimOf(path).digest,
    open: () => {
      const configBytes = blobs.readDocument(path, claimOf(path));
      if (configBytes === undefined) throw missing(blobs.nameOf(path), 'the configuration of the image');
      const config = readConfig(configBytes, blobs.nameOf(path));
      const layers = Layers ?? [];
      const diffIds = checkedDiffIds(config, layers.length, where, layersMax);
      return {
        config,
        manifest: undefined,
        layers: layers.map((layer, at) => ({
          path: layer,
          claim: layer.startsWith('blobs/') ? claimOf(layer) : UNKNOWN,
          diffId: diffIds[at] as string,
          elsewhere: undefined,
        })),
      };
    },
  }));
}

/** Files of `docker save` are named by their SHA-256: `HEX.json` before Docker 25, `blobs/sha256/HEX` since. */
function claimOf(path: string): BlobClaim {
  const [, hex] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(path) ?? [];
  return { digest: hex === undefined ? undefined : `sha256:${hex}`, size: undefined };
}

function missing(where: string, what: string): StillrootError {
  return new StillrootError('archive-malformed', `is missing: ${what}`, {
    where,
    hint: 'The image is incomplete; save or copy it again.',
  });
}

function unsupported(where: string, what: string, hint: string): StillrootError {
  return new StillrootError('archive-not-supported', what, { where, hint });
}
