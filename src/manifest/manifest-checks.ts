/** What each key of a manifest has to be; the same as schema/manifest.schema.json, for readers without a validator. */
import {
  type Check,
  either,
  flag,
  listOf,
  mismatch,
  nothing,
  oneOf,
  optional,
  recordOf,
  required,
  shapeOf,
  text,
  textLike,
  whole,
} from './json-check.ts';
import type {
  EffectiveSettings,
  FiredRule,
  GivenSetting,
  Manifest,
  ManifestBlock,
  ManifestBootstrap,
  ManifestConfig,
  ManifestEntry,
  ManifestImage,
  ManifestInputs,
  ManifestOsPackage,
  ManifestPackage,
  ManifestRepository,
  ManifestSettings,
  ManifestTool,
} from './manifest.ts';

const MAX_U32 = 2 ** 32 - 1;

const digest = textLike(/^sha256:[0-9a-f]{64}$/, 'a digest (sha256: and 64 hexadecimal digits)');
/** rpm, apk and dpkg each have their own. */
const anyDigest = textLike(
  /^[a-z0-9]+:[0-9a-f]{32,128}$/,
  'a digest (its name, a colon, hexadecimal digits)',
);
/** Of a file: it is put behind a directory of the reader's. */
const isFileName = textLike(/^(?!\.{1,2}$)[^/\0]{1,255}$/, 'a file name without a slash');
/** NAME_MAX of Linux is in bytes, which a schema cannot count. */
const fileName: Check = (value) =>
  isFileName(value) ??
  (Buffer.byteLength(value as string, 'utf8') > 255
    ? mismatch(value, 'a file name of at most 255 bytes')
    : undefined);
/** Below a directory of the reader's, component by component. A single dot is the root. */
const pathBelow = textLike(
  /^(?:\.|(?!\.{1,2}(?:\/|$))[^/\0]+(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)*)$/,
  'a relative path without .. in it',
);
const texts = listOf(text);
const idMap = listOf(textLike(/^\d{1,10}:\d{1,10}$/, 'FROM:TO'));
const seconds = whole(0, MAX_U32);

const config = shapeOf<ManifestConfig>({
  name: required(fileName),
  distribution: required(text),
  architecture: required(text),
  output_format: required(oneOf(['cpio'])),
  release: optional(text),
});

const packageRow = shapeOf<ManifestPackage>({
  type: required(text),
  name: required(text),
  version: required(text),
  architecture: required(text),
  size: required(whole()),
  purl: required(textLike(/^pkg:/, 'a package URL (pkg:...)')),
  source: optional(text),
  sourceVersion: optional(text),
  digest: optional(anyDigest),
  fileDigest: optional(digest),
});

const tool = shapeOf<ManifestTool>({
  name: required(oneOf(['stillroot'])),
  version: required(text),
  profile: required(whole(1)),
  encoder: required(text),
});

const given = shapeOf<GivenSetting>({
  key: required(text),
  value: required(either(text, whole(), flag, texts)),
  origin: required(oneOf(['option', 'environment', 'rule-file'])),
});

const ruleFile = shapeOf<EffectiveSettings['ruleFiles'][number]>({
  name: required(fileName),
  digest: required(digest),
  text: required(text),
});

const sizedDigest = shapeOf<NonNullable<EffectiveSettings['segment']>>({
  digest: required(digest),
  size: required(whole()),
});

const effective = shapeOf<EffectiveSettings>({
  format: required(oneOf(['cpio', 'cpio.xz'])),
  level: optional(whole(0, 9)),
  epoch: required(seconds),
  mtime: required(text),
  owner: required(text),
  mapUid: required(idMap),
  mapGid: required(idMap),
  hardLinks: required(text),
  rootEntry: required(flag),
  init: optional(text),
  distro: required(text),
  skip: required(texts),
  only: required(texts),
  policies: required(recordOf(text)),
  ruleFiles: required(listOf(ruleFile)),
  crossMounts: required(flag),
  segment: optional(sizedDigest),
  bootConfig: optional(sizedDigest),
  dropSegments: required(flag),
});

const firedRule = shapeOf<FiredRule>({
  id: required(text),
  action: required(text),
  count: required(whole()),
  digest: optional(digest),
});

const settings = shapeOf<ManifestSettings>({
  given: required(listOf(given)),
  effective: required(effective),
  rules: required(listOf(firedRule)),
});

const bootstrap = shapeOf<ManifestBootstrap>({
  request: required(text),
  command: required(text),
  tool: required(text),
  toolVersion: required(text),
  environment: required(recordOf(either(text, nothing))),
  files: optional(recordOf(digest, pathBelow)),
});

const repository = shapeOf<ManifestRepository>({
  type: required(oneOf(['deb', 'rpm', 'alpm', 'apk'])),
  url: required(text),
  suite: optional(text),
  components: optional(texts),
  snapshot: optional(text),
});

const inputs = shapeOf<ManifestInputs>({
  epoch: required(
    shapeOf<ManifestInputs['epoch']>({
      value: required(seconds),
      origin: required(oneOf(['option', 'environment', 'default'])),
    }),
  ),
  bootstrap: optional(bootstrap),
  repositories: required(listOf(repository)),
  osRelease: required(recordOf(text)),
});

const block = shapeOf<ManifestBlock>({
  size: required(whole(4)),
  uncompressedSize: required(whole(1)),
  digest: required(digest),
});

const osPackage = shapeOf<ManifestOsPackage>({
  name: required(fileName),
  size: required(whole()),
  digest: required(digest),
  label: required(text),
  cmdline: required(text),
  url: required(text),
  kernel: required(
    shapeOf<ManifestOsPackage['kernel']>({ size: required(whole()), digest: required(digest) }),
  ),
});

const image = shapeOf<ManifestImage>({
  name: required(fileName),
  mediaType: required(text),
  size: required(whole()),
  digest: required(digest),
  payload: required(
    shapeOf<ManifestImage['payload']>({
      size: required(whole()),
      digest: required(digest),
      entries: required(whole()),
    }),
  ),
  tree: required(shapeOf<ManifestImage['tree']>({ digest: required(digest) })),
  blocks: required(listOf(block)),
  osPackage: optional(osPackage),
});

const entry = shapeOf<ManifestEntry>({
  path: required(pathBelow),
  type: required(oneOf(['file', 'directory', 'symlink', 'character', 'block', 'fifo'])),
  mode: required(textLike(/^[0-7]{4}$/, 'four octal digits')),
  uid: required(whole(0, MAX_U32)),
  gid: required(whole(0, MAX_U32)),
  mtime: required(seconds),
  size: optional(whole(0, MAX_U32)),
  digest: optional(digest),
  target: optional(text),
  device: optional(textLike(/^\d{1,10}:\d{1,10}$/, 'MAJOR:MINOR')),
  hardLink: optional(pathBelow),
});

export const checkManifest: Check = shapeOf<Manifest>({
  manifest_version: required(oneOf([1])),
  config: required(config),
  packages: required(listOf(packageRow)),
  schema: required(text),
  tool: required(tool),
  settings: required(settings),
  inputs: required(inputs),
  image: required(image),
  entries: optional(listOf(entry)),
});
