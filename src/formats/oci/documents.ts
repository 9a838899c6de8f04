/**
 * The JSON documents of container images: OCI's index, manifest, configuration and layout file (image-spec 1.1), which
 * Docker's manifest schema 2 shares, and the `manifest.json` of `docker save`. Types and checks are one definition.
 * Programs written in Go write null for an empty list or object, so every key that may be missing may be null.
 */
import {
  flag,
  type Infer,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
  textLike,
  whole,
} from '../../json/shape.ts';

/** `sha256:HEX` or `sha512:HEX`: the registered algorithms. */
export const digestShape: Shape<string> = textLike(
  /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/,
  'a digest (sha256: and 64, or sha512: and 128 hexadecimal digits)',
);

const texts = optional(nullable(listOf(text())));
const textByKey = optional(nullable(recordOf(text())));
const maybeText = optional(nullable(text()));
/** Go writes a set of names as an object of empty objects. */
const names = optional(nullable(recordOf(object({}))));

export const platformShape = object({
  os: text(),
  architecture: text(),
  variant: maybeText,
  'os.version': maybeText,
  'os.features': texts,
});
/** What an image runs on. */
export type Platform = Infer<typeof platformShape>;

export const descriptorShape = object({
  mediaType: text(),
  digest: digestShape,
  size: whole(),
  urls: texts,
  annotations: textByKey,
  platform: optional(nullable(platformShape)),
  artifactType: maybeText,
});
/** Names a blob by digest and size in bytes. */
export type Descriptor = Infer<typeof descriptorShape>;

export const layoutShape = object({ imageLayoutVersion: text() });
/** The file `oci-layout`. */
export type Layout = Infer<typeof layoutShape>;

export const indexShape = object({
  schemaVersion: oneOf([2]),
  mediaType: maybeText,
  artifactType: maybeText,
  manifests: nullable(listOf(descriptorShape)),
  annotations: textByKey,
});
export type Index = Infer<typeof indexShape>;

export const manifestShape = object({
  schemaVersion: oneOf([2]),
  mediaType: maybeText,
  artifactType: maybeText,
  config: descriptorShape,
  layers: nullable(listOf(descriptorShape)),
  annotations: textByKey,
});
export type ImageManifest = Infer<typeof manifestShape>;

const execution = {
  User: maybeText,
  ExposedPorts: names,
  Env: texts,
  Entrypoint: texts,
  Cmd: texts,
  Volumes: names,
  WorkingDir: maybeText,
  Labels: textByKey,
  StopSignal: maybeText,
  OnBuild: texts,
  Shell: texts,
  ArgsEscaped: optional(nullable(flag())),
};
/** How a container of the image is started. Keys of Docker only are those that OCI reserves (config.md). */
export const executionShape = object(execution);
/** Its keys. */
export const EXECUTION_KEYS: readonly string[] = Object.keys(execution);
export type Execution = Infer<typeof executionShape>;

/** One step of the build; each that is not `empty_layer` has made the next layer. */
const historyShape = object({
  created: maybeText,
  created_by: maybeText,
  author: maybeText,
  comment: maybeText,
  empty_layer: optional(nullable(flag())),
});

export const configShape = object({
  created: maybeText,
  author: maybeText,
  architecture: text(),
  variant: maybeText,
  os: text(),
  'os.version': maybeText,
  'os.features': texts,
  config: optional(nullable(executionShape)),
  rootfs: object({ type: oneOf(['layers']), diff_ids: nullable(listOf(digestShape)) }),
  history: optional(nullable(listOf(historyShape))),
});
/** The configuration of an image. `rootfs.diff_ids` are the digests of its layers, uncompressed. */
export type ImageConfig = Infer<typeof configShape>;

export const savedImagesShape = listOf(
  object({
    Config: text(),
    RepoTags: texts,
    Layers: nullable(listOf(text())),
  }),
);
/** The file `manifest.json` of `docker save`: names of other files in the archive. */
export type SavedImages = Infer<typeof savedImagesShape>;
