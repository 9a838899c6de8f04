/**
 * The documents of a container image with one layer, as bytes: image configuration, manifest and index of the OCI image
 * specification 1.1 (config.md, manifest.md, image-index.md, image-layout.md), and the `manifest.json` of `docker save`,
 * without which Docker before 25 loads nothing. Equal images give equal bytes: keys are sorted, and nothing is written
 * that is not in `ImageFacts`.
 */
import { createHash } from 'node:crypto';
import type { Execution, Platform } from './documents.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE, LAYOUT_VERSION, SAVED_FILE } from './layout.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from './media-types.ts';

export interface LayerFile {
  readonly mediaType: string;
  /** `sha256:HEX` of the file, and its bytes. */
  readonly digest: string;
  readonly size: number;
  /** `sha256:HEX` of the uncompressed archive. */
  readonly diffId: string;
}

export interface ImageFacts {
  readonly platform: Platform;
  /** Seconds since 1970. */
  readonly created: number;
  readonly author?: string | undefined;
  /** What a container runs by default. */
  readonly config: Execution;
  readonly layer: LayerFile;
  /** References by which programs name the loaded image, as `name:tag`; see `parseReference`. */
  readonly references: readonly Reference[];
}

/** A file of a layout, by its path in it. */
export interface LayoutFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface BuiltImage {
  /** All files of the layout but the layer, by path. */
  readonly files: readonly LayoutFile[];
  /** Path of the layer in the layout. */
  readonly layerPath: string;
  /** `sha256:HEX`. That of the manifest is the digest of the image, by which registries name it. */
  readonly manifest: { readonly digest: string; readonly size: number };
  readonly config: { readonly digest: string; readonly size: number };
}

/** The documents of an image. */
export function buildImage(facts: ImageFacts): BuiltImage {
  const { layer, platform } = facts;
  const config = encodeDocument(imageConfig(facts));
  const configDescriptor = descriptorOf(OCI_CONFIG, config);
  const manifest = encodeDocument({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: configDescriptor,
    layers: [{ mediaType: layer.mediaType, digest: layer.digest, size: layer.size }],
  });
  const descriptor = { ...descriptorOf(OCI_MANIFEST, manifest), platform: platformOf(platform) };
  const named = facts.references.map((reference) => ({
    ...descriptor,
    annotations: {
      // Read by podman, skopeo and umoci; containerd and Docker read the other one.
      'org.opencontainers.image.ref.name': reference.text,
      'io.containerd.image.name': reference.full,
    },
  }));
  const index = encodeDocument({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: named.length === 0 ? [descriptor] : named,
  });
  const configDigest = digestOf(config);
  const manifestDigest = digestOf(manifest);
  const saved = encodeDocument([
    {
      Config: blobPath(configDigest),
      RepoTags: facts.references.map(({ text }) => text),
      Layers: [blobPath(layer.digest)],
    },
  ]);
  const files = [
    { path: blobPath(configDigest), bytes: config },
    { path: blobPath(manifestDigest), bytes: manifest },
    { path: INDEX_FILE, bytes: index },
    { path: SAVED_FILE, bytes: saved },
    { path: LAYOUT_FILE, bytes: encodeDocument({ imageLayoutVersion: LAYOUT_VERSION }) },
  ];
  return {
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    layerPath: blobPath(layer.digest),
    manifest: { digest: manifestDigest, size: manifest.length },
    config: { digest: configDigest, size: config.length },
  };
}

function imageConfig({ platform, created, author, config, layer }: ImageFacts): object {
  const time = new Date(created * 1000).toISOString().replace('.000Z', 'Z');
  return {
    ...platformOf(platform),
    created: time,
    author,
    config,
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created: time, created_by: 'stillroot pack' }],
  };
}

/** Without what is null, as programs written in Go write what is not set. */
function platformOf({ os, architecture, ...more }: Platform): object {
  const keys = ['variant', 'os.version', 'os.features'] as const;
  return { os, architecture, ...Object.fromEntries(keys.map((key) => [key, more[key] ?? undefined])) };
}

function descriptorOf(mediaType: string, bytes: Buffer): object {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** `sha256:HEX`. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** JSON without blanks, keys sorted by UTF-16 code units, as RFC 8785 has it; keys that are undefined are left out. */
export function encodeDocument(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(sorted(value)), 'utf8');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

// References: the names of images.

export interface Reference {
  /** As programs show it: `name:tag`. */
  readonly text: string;
  /** With the domain that Docker and containerd add: `docker.io/library/name:tag`. */
  readonly full: string;
}

/** github.com/distribution/reference, reference.go: the grammar of names and tags. */
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const REFERENCE = new RegExp(
  `^(?:(${DOMAIN})/)?(${COMPONENT}(?:/${COMPONENT})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?$`,
);
/** Of a name with its domain. */
const NAME_LENGTH_MAX = 255;

/** @returns undefined for what no program takes as the name of an image; without a tag it gets `latest` */
export function parseReference(text: string): Reference | undefined {
  // The expression is anchored and has no nested repetition over one alphabet, but a long text is no name anyway.
  if (text.length > NAME_LENGTH_MAX + 129) return undefined;
  const [, first, path = '', tag = 'latest'] = REFERENCE.exec(text) ?? [];
  if (path === '') return undefined;
  // `library/alpine` has no domain: a domain has a dot, a port, or is `localhost`.
  const isDomain =
    first !== undefined && (/[.:[]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  const name = first === undefined ? path : `${first}/${path}`;
  if (name.length > NAME_LENGTH_MAX) return undefined;
  const full = isDomain ? name : `docker.io/${name.includes('/') ? name : `library/${name}`}`;
  return { text: `${name}:${tag}`, full: `${full}:${tag}` };
}
