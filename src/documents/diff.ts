/** What `stillroot diff --json` prints. */
import { CAUSES, REMEDIES } from '../diff/cause.ts';
import { LAYER_PARTS } from '../diff/compare-layers.ts';
import { anything, flag, type Infer, listOf, object, oneOf, optional, text, whole } from '../json/shape.ts';
import { FIELDS } from '../tree/delta.ts';
import {
  hexDigest,
  jsonDocument,
  mentionKeys,
  orNull,
  plannedBy,
  seconds,
  source,
  treePath,
} from './common.ts';
import { circumstances, comparedDigests, comparedSizes, matchLevel } from './verify.ts';

const imageLayer = object({
  digest: text('Of the uncompressed layer, as sha256:HEX.'),
  createdBy: orNull(text(), 'The command that made it; null where the history does not tell.'),
});

const side = object({
  source,
  entries: orNull(
    whole(),
    'Null where not all of them were read: see `blocks`; or where the two are one file, byte for byte.',
  ),
  distro: orNull(
    text(),
    'Whose rules apply; `unknown` for a tree that does not say. Null where the two are one file.',
  ),
  image: optional(
    object(
      {
        names: listOf(text(), 'Tags and names that the file gives it.'),
        platform: text('As OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT.'),
        manifest: orNull(text(), 'Digest of its manifest; null for an archive of docker save.'),
        layers: listOf(imageLayer, 'From the lowest on.'),
      },
      'Where the side is a container image.',
    ),
  ),
});

const packages = object({
  same: orNull(whole(), 'Packages that both sides have in one version; null where nothing was looked at.'),
  changes: listOf(
    object({
      name: text(),
      architecture: text(),
      a: orNull(text(), 'Version; null where the side does not have the package.'),
      b: orNull(text()),
    }),
  ),
});

const example = object({
  path: treePath(),
  field: oneOf([...FIELDS, 'archive']),
  lines: listOf(
    text(),
    'Begin with - for side A, + for side B, a space for both, @ for a place. No content of secrets.',
  ),
});

const cluster = object({
  cause: oneOf(CAUSES),
  rule: orNull(
    text(),
    'Id of the rule of stillroot that makes it equal, or would, or that reports it as to be decided by you; `normalize/...` for what is done to every entry.',
  ),
  title: text('What varies.'),
  fields: listOf(
    oneOf([...FIELDS, ...LAYER_PARTS]),
    'In which the paths differ, or of the causes archive-layer, compressor and container-image the archives: format to image-layers.',
  ),
  files: whole('Paths of any type.'),
  bytes: whole('Of contents that differ or are on one side only; of two sizes the larger.'),
  paths: listOf(treePath(), 'In tree order.'),
  packages: listOf(text(), 'That claim any of the paths.'),
  layers: optional(
    listOf(
      object({
        side: oneOf(['a', 'b']),
        layer: whole('From 1 on, the lowest.', 1),
        of: whole('Number of layers of the image.', 1),
        digest: text('Of the uncompressed layer.'),
        createdBy: orNull(text(), 'The command that made it; null where the history does not tell.'),
        isRemoval: flag('Whether the side lacks the paths because this layer removed them.'),
        paths: whole('How many of the paths.', 1),
      }),
      'Where a side is a container image: the layers that the paths come from.',
    ),
  ),
  origins: optional(
    listOf(
      object({ ...mentionKeys, paths: listOf(treePath()) }),
      'Lines of package scripts that are about paths that no package owns, each with the paths of which it says most.',
    ),
  ),
  remedy: oneOf(
    REMEDIES,
    'What kind of thing to do: nothing but to pack, an option, a rule to add, pin what goes into the bootstrap, have another program repaired, or look into it.',
  ),
  advice: text(),
  proposal: orNull(text(), 'Rules in TOML for a file of --rules.'),
  options: listOf(text(), 'Options of pack and finalize.'),
  example: orNull(example),
  examples: optional(
    listOf(
      example,
      'Of the cause `unknown` one of each path, as far as they are not more than 100; else what `example` is.',
    ),
  ),
  renames: optional(
    listOf(
      object({ a: text('The path in side A.'), b: text('The path in side B.') }),
      'Pairs of paths that are one thing under two names, which differ in a time, a random part or the like.',
    ),
  ),
});

const proof = object(
  {
    equal: flag(),
    remaining: listOf(object({ path: treePath(), field: oneOf(FIELDS) })),
    digests: orNull(
      object({ a: hexDigest, b: hexDigest }),
      'SHA-256 of the uncompressed archives, with --propose.',
    ),
  },
  'Whether the rules that apply and what is proposed make the two sides one archive.',
);

const manifests = object(
  {
    level: matchLevel('compressed in another way or with other things around it'),
    file: comparedSizes('The image.'),
    payload: comparedSizes('The uncompressed archive.'),
    tree: comparedDigests('Digest of the entries.'),
    settings: listOf(
      object({ key: text(), a: anything(), b: anything() }),
      'Effective settings that differ, with both values.',
    ),
    circumstances,
    diff: orNull(
      object({}),
      'The document of `diff` for the image beside the manifest and the tree on the other side.',
    ),
  },
  'Only where a side is a manifest: how far the two images are the same, and the settings that they were packed with. What `proof` says is then of the images as they are.',
);

export const diff = jsonDocument(
  'stillroot/diff/1',
  'stillroot diff',
  'What `stillroot diff --json` prints. More keys and causes may be added.',
  {
    same: flag('Whether no path differs in any field as the sides are, nor two archives in anything else.'),
    a: side,
    b: side,
    blocks: orNull(
      object({ blocks: whole(undefined, 2), same: whole(undefined, 1) }),
      'Of two archives by stillroot: blocks of A, and how many of them are the same bytes in B and were not read.',
    ),
    epoch: plannedBy.epoch,
    packages,
    clusters: listOf(cluster, 'What differs, by cause.'),
    proposal: object(
      { rules: orNull(text(), 'TOML, as --propose writes it.'), options: listOf(text()) },
      'What all clusters propose together; what does not help was left out.',
    ),
    notCompared: optional(listOf(text(), 'What one side cannot hold, or was not read, each as a clause.')),
    proof,
    seconds,
    manifests: optional(manifests),
  },
);

export type DiffDocument = Infer<typeof diff>;
