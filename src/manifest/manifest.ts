/**
 * The manifest: what is in an image, what it was made from and with which settings; enough to rebuild it. All texts are
 * text as in every document of stillroot: byte strings have been through showPath. It contains nothing about the
 * machine, the user, the directory or the time of the build, so that equal builds have equal manifests.
 *
 * The keys `manifest_version`, `config` and `packages` are those of mkosi's manifest, with the same meanings, so that
 * programs that read mkosi's can read this one too; all others are stillroot's.
 */
import { digest, fileName, sizedDigest } from '../json/common-shapes.ts';
import {
  about,
  documentSchema,
  either,
  flag,
  type Infer,
  type JsonSchema,
  listOf,
  nothing,
  object,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
  textLike,
  whole,
} from '../json/shape.ts';
import { MAX_EPOCH } from '../normalize/mtime.ts';
import { mkosiFormats } from '../pack/formats.ts';
import { mkosiTypesText, packageTypes } from '../packages/managers.ts';
import { type EffectiveSettings, effectiveShape } from '../settings/record.ts';
import type { GivenSetting } from '../settings/resolve.ts';

export type { EffectiveSettings, GivenSetting };

/** Format and its major version. A reader refuses a newer major version, and ignores unknown keys. */
export const MANIFEST_SCHEMA = 'stillroot/manifest/1';

const MAX_U32 = 2 ** 32 - 1;
/** rpm, apk and dpkg each have their own. */
const anyDigest = textLike(
  /^[a-z0-9]+:[0-9a-f]{32,128}$/,
  'a digest (its name, a colon, hexadecimal digits)',
);
/** A path below a directory chosen by the reader, component by component. A single dot is the root. */
const pathBelow = textLike(
  /^(?:\.|(?!\.{1,2}(?:\/|$))[^/\0]+(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)*)$/,
  'a relative path without .. in it',
);

const configShape = object(
  {
    name: about('Name of the image: its file name without the extension of its format.', fileName),
    distribution: text('ID of os-release in mkosi terms; `linux` if the image does not say.'),
    architecture: text("In mkosi's words, as `x86-64`; empty where no package says."),
    output_format: oneOf(mkosiFormats()),
    release: optional(
      text('VERSION_CODENAME or VERSION_ID of os-release, whichever mkosi uses for the distribution.'),
    ),
  },
  "As in mkosi's manifest.",
);

/** The first five keys are mkosi's, in its order. (mkosi writes a size of 0 for all packages of Arch.) */
const packageShape = object({
  type: text(`${mkosiTypesText()}.`),
  name: text(),
  version: text('As the package manager prints it: `[epoch:]version[-release]`.'),
  architecture: text(
    "The package manager's name for it; empty for the public keys that rpm stores as packages.",
  ),
  size: whole('Installed size in bytes according to the package; 0 if the database does not say.'),
  purl: textLike(/^pkg:/, 'a package URL (pkg:...)', 'Package URL (ECMA-427).'),
  source: optional(text('Its source package, by the name in the database.')),
  sourceVersion: optional(text('Version of the source package, if known.')),
  digest: optional(
    about(
      'Digest by which the package manager identifies the package: `sha256:` or `sha1:` and hexadecimal digits.',
      anyDigest,
    ),
  ),
  fileDigest: optional(about('Digest of the package file, if the image records it.', digest)),
});

const toolShape = object({
  name: oneOf(['stillroot']),
  version: text(),
  profile: whole('Archive profile.', 1),
  encoder: text('Encoder and its exact version.'),
});

const givenShape = object({
  key: text('Name of the option, without hyphens.'),
  value: either(
    [text(), whole(), flag(), listOf(text())],
    'As given; for files, the name without directories.',
  ),
  origin: oneOf(['option', 'environment', 'rule-file']),
});

const firedRuleShape = object({
  id: text(),
  action: text(),
  count: whole('Number of entries it changed.'),
  // Missing for `option/init`, which is not a rule from a table.
  digest: optional(about('Digest of what the rule does, and to which entries.', digest)),
});

const bootstrapShape = object(
  {
    request: text('What was requested.'),
    command: text(
      'Shell command line; `{root}` stands for the directory. A program that reads this must not run it unasked.',
    ),
    tool: text(),
    toolVersion: text(),
    // Proxies are always passed on but not listed: they differ from place to place, unlike what is fetched.
    environment: recordOf(
      either([text(), nothing()]),
      'Environment variables of the command; null for those that were passed on.',
    ),
    files: optional(recordOf(digest, 'Files that it read, by path.', pathBelow)),
  },
  'The command that built the tree; only with --bootstrap.',
);

const repositoryShape = object({
  type: oneOf(packageTypes()),
  url: text('Without user name, password and other credentials.'),
  suite: optional(text('Suite (apt), tag (apk), or section (other package managers).')),
  components: optional(listOf(text())),
  snapshot: optional(text('If the URL is a snapshot: its date, as written there.')),
});

const inputsShape = object({
  epoch: object({
    value: whole('SOURCE_DATE_EPOCH in seconds.', 0, MAX_EPOCH),
    origin: oneOf(['option', 'environment', 'default']),
  }),
  bootstrap: optional(bootstrapShape),
  repositories: listOf(repositoryShape, 'Where packages come from, as far as the image records it.'),
  osRelease: recordOf(text(), 'os-release of the image: key to value.'),
});

const blockShape = object({
  size: whole('Size in the file in bytes, with header, padding and check.', 4),
  uncompressedSize: whole(undefined, 1),
  digest: about('Digest of those bytes.', digest),
});

const osPackageShape = object(
  {
    name: about('Name of the file, without directories.', fileName),
    size: whole('Bytes.'),
    digest,
    label: text(),
    cmdline: text(),
    url: text('Where the package is downloaded from; empty if not given.'),
    kernel: object({ size: whole('Bytes.'), digest }),
  },
  'The System Transparency OS package that contains the image; only with --ospkg.',
);

export const containerImageShape = object(
  {
    manifest: about('The image manifest; its digest is that of the image.', sizedDigest),
    config: sizedDigest,
    layer: object({ mediaType: text(), digest, size: whole('Bytes.') }),
  },
  'The documents of a container image, and its layer.',
);

const imageShape = object({
  name: about('Name of the file, without directories.', fileName),
  mediaType: text(),
  size: whole('Bytes.'),
  digest,
  payload: object(
    { size: whole('Bytes.'), digest, entries: whole() },
    'The uncompressed archive, without the early archives in front of it.',
  ),
  // SHA-256 of the lines of TreeDigest: equal trees have equal digests in any profile.
  tree: object({ digest }, 'The entries and contents, whatever the format.'),
  blocks: listOf(blockShape, 'Compressed blocks, in order; empty without compression.'),
  osPackage: optional(osPackageShape),
  containerImage: optional(containerImageShape),
});

const entryShape = object({
  path: about('Text, with `\\xNN` for bytes that are not UTF-8 and `\\\\` for a backslash.', pathBelow),
  type: oneOf(['file', 'directory', 'symlink', 'character', 'block', 'fifo']),
  mode: textLike(/^[0-7]{4}$/, 'four octal digits', 'Octal.'),
  uid: whole(undefined, 0, MAX_U32),
  gid: whole(undefined, 0, MAX_U32),
  mtime: whole('Seconds since 1970.', 0, MAX_EPOCH),
  size: optional(whole('Of a file.', 0, MAX_U32)),
  digest: optional(about('Digest of the content of a file.', digest)),
  target: optional(text('Of a symlink.')),
  device: optional(textLike(/^[0-9]{1,10}:[0-9]{1,10}$/, 'MAJOR:MINOR', '`MAJOR:MINOR`.')),
  hardLink: optional(about('On all but the first name of a hard-link group: the first name.', pathBelow)),
  attributes: optional(
    about(
      'Digest of its extended attributes; only where the archive holds them. src/manifest/describe-tree.ts has its definition.',
      digest,
    ),
  ),
});

const shape = object({
  manifest_version: oneOf(
    [1],
    'Version of the keys `config` and `packages`, which a mkosi manifest has as well.',
  ),
  config: configShape,
  packages: listOf(packageShape, "The installed packages, in mkosi's order, with its five keys and more."),
  schema: oneOf([MANIFEST_SCHEMA], 'Name of this schema.'),
  tool: toolShape,
  settings: object({
    given: listOf(
      givenShape,
      'The options given by the user, by key, except those that cannot affect the output.',
    ),
    effective: effectiveShape,
    rules: listOf(firedRuleShape, 'Rules that changed something, by id.'),
  }),
  inputs: inputsShape,
  image: imageShape,
  entries: optional(listOf(entryShape, 'In archive order; only with --manifest-entries.')),
});

export type Manifest = Infer<typeof shape>;
/** From the databases in the tree before rules. Empty if one of them is damaged, which `pack` warns about. */
export type ManifestPackage = Infer<typeof packageShape>;
export type ManifestTool = Infer<typeof toolShape>;
export type FiredRule = Infer<typeof firedRuleShape>;
export type ManifestInputs = Infer<typeof inputsShape>;
export type ManifestBootstrap = Infer<typeof bootstrapShape>;
export type ManifestRepository = Infer<typeof repositoryShape>;
export type ManifestImage = Infer<typeof imageShape>;
/** An OS package of System Transparency: a zip archive that holds the image. */
export type ManifestOsPackage = Infer<typeof osPackageShape>;
export type ManifestContainerImage = Infer<typeof containerImageShape>;
export type ManifestBlock = Infer<typeof blockShape>;
export type ManifestEntry = Infer<typeof entryShape>;

export const manifestShape: Shape<Manifest> = shape;

export const manifestSchema: JsonSchema = documentSchema(
  MANIFEST_SCHEMA,
  'stillroot manifest',
  'What `stillroot pack` writes beside an image: its contents, what it was built from, and with which settings. More keys may be added.',
  manifestShape,
);
