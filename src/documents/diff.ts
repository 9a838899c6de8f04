/** What `stillroot diff --json` prints. */
import {
  anything,
  documentSchema,
  either,
  flag,
  type Infer,
  type JsonSchema,
  listOf,
  nothing,
  number,
  object,
  oneOf,
  optional,
  text,
  whole,
} from '../json/shape.ts';
import { digest, hexDigest } from './common.ts';

const shape = object({
  schema: oneOf(['stillroot/diff/1'], 'Name of this schema.'),
  same: flag('Whether no path differs in any field as the sides are, nor two archives in anything else.'),
  a: object({
    source: text('As it was named on the command line.'),
    entries: either(
      [whole(), nothing()],
      'Null where not all of them were read: see `blocks`; or where the two are one file, byte for byte.',
    ),
    distro: either(
      [text(), nothing()],
      'Whose rules apply; `unknown` for a tree that does not say. Null where the two are one file.',
    ),
  }),
  b: object({
    source: text('As it was named on the command line.'),
    entries: either(
      [whole(), nothing()],
      'Null where not all of them were read: see `blocks`; or where the two are one file, byte for byte.',
    ),
    distro: either(
      [text(), nothing()],
      'Whose rules apply; `unknown` for a tree that does not say. Null where the two are one file.',
    ),
  }),
  blocks: either(
    [
      nothing(),
      object({
        blocks: whole(undefined, 2),
        same: whole(undefined, 1),
      }),
    ],
    'Of two archives by stillroot: blocks of A, and how many of them are the same bytes in B and were not read.',
  ),
  epoch: whole(undefined, 0, 4294967295),
  packages: object({
    same: either(
      [whole(), nothing()],
      'Packages that both sides have in one version; null where nothing was looked at.',
    ),
    changes: listOf(
      object({
        name: text(),
        architecture: text(),
        a: either([text(), nothing()], 'Version; null where the side does not have the package.'),
        b: either([text(), nothing()]),
      }),
    ),
  }),
  clusters: listOf(
    object({
      cause: oneOf([
        'secret',
        'package-changed',
        'known-rule',
        'rule-not-applied',
        'uneven-rule',
        'account-ids',
        'builder-owner',
        'umask',
        'hard-links',
        'file-times',
        'attributes',
        'left-out',
        'data-directory',
        'normalizer',
        'order',
        'time',
        'temporary-path',
        'random',
        'host-name',
        'time-in-binary',
        'compression',
        'signature',
        'link-target',
        'one-side-only',
        'unknown',
        'archive-layer',
        'compressor',
      ]),
      rule: either(
        [text(), nothing()],
        'Id of the rule of stillroot that makes it equal, or would; `normalize/...` for what is done to every entry.',
      ),
      title: text('What varies.'),
      fields: listOf(
        oneOf([
          'presence',
          'type',
          'content',
          'target',
          'device',
          'mode',
          'owner',
          'mtime',
          'links',
          'attributes',
          'format',
          'names',
          'order',
          'inode',
          'nlink',
          'source-device',
          'owner-names',
          'padding',
          'root',
          'segments',
          'rest',
          'compression',
          'sockets',
        ]),
        'In which the paths differ, or of the causes archive-layer and compressor the archives: format to compression.',
      ),
      files: whole('Paths of any type.'),
      bytes: whole('Of contents that differ or are on one side only; of two sizes the larger.'),
      paths: listOf(
        text(
          'From the root of the tree. UTF-8; other bytes and control characters as \\xNN, a backslash as \\\\.',
        ),
        'In tree order.',
      ),
      packages: listOf(text(), 'That claim any of the paths.'),
      remedy: oneOf(
        ['built-in', 'option', 'rule', 'input', 'upstream', 'look'],
        'What kind of thing to do: nothing but to pack, an option, a rule to add, pin what goes into the bootstrap, have another program repaired, or look into it.',
      ),
      advice: text(),
      proposal: either([text(), nothing()], 'Rules in TOML for a file of --rules.'),
      options: listOf(text(), 'Options of pack and finalize.'),
      example: either([
        nothing(),
        object({
          path: text(
            'From the root of the tree. UTF-8; other bytes and control characters as \\xNN, a backslash as \\\\.',
          ),
          field: oneOf([
            'presence',
            'type',
            'content',
            'target',
            'device',
            'mode',
            'owner',
            'mtime',
            'links',
            'attributes',
            'archive',
          ]),
          lines: listOf(
            text(),
            'Begin with - for side A, + for side B, a space for both, @ for a place. No content of secrets.',
          ),
        }),
      ]),
      examples: optional(
        listOf(
          object({
            path: text('As in example.'),
            field: text(),
            lines: listOf(text()),
          }),
          'Of the cause `unknown` one of each path, as far as they are not more than 100; else what `example` is.',
        ),
      ),
      renames: optional(
        listOf(
          object({
            a: text('The path in side A.'),
            b: text('The path in side B.'),
          }),
          'Pairs of paths that are one thing under two names, which differ in a time, a random part or the like.',
        ),
      ),
    }),
    'What differs, by cause.',
  ),
  proposal: object(
    {
      rules: either([text(), nothing()], 'TOML, as --propose writes it.'),
      options: listOf(text()),
    },
    'What all clusters propose together; what does not help was left out.',
  ),
  notCompared: optional(listOf(text(), 'What one side cannot hold, or was not read, each as a clause.')),
  proof: object(
    {
      equal: flag(),
      remaining: listOf(
        object({
          path: text(
            'From the root of the tree. UTF-8; other bytes and control characters as \\xNN, a backslash as \\\\.',
          ),
          field: oneOf([
            'presence',
            'type',
            'content',
            'target',
            'device',
            'mode',
            'owner',
            'mtime',
            'links',
            'attributes',
          ]),
        }),
      ),
      digests: either(
        [
          nothing(),
          object({
            a: hexDigest,
            b: hexDigest,
          }),
        ],
        'SHA-256 of the uncompressed archives, with --propose.',
      ),
    },
    'Whether the rules that apply and what is proposed make the two sides one archive.',
  ),
  seconds: number(undefined, 0),
  manifests: optional(
    object(
      {
        level: oneOf(
          ['file', 'payload', 'tree', 'none'],
          'How far it is the same: the same bytes; the same archive, compressed in another way or with other things around it; the same entries, in another archive; another tree.',
        ),
        file: object(
          {
            wanted: object(
              {
                size: whole('Bytes.'),
                digest: digest,
              },
              'As the manifest has it.',
            ),
            found: object(
              {
                size: whole('Bytes.'),
                digest: digest,
              },
              'As it is.',
            ),
            same: flag(),
          },
          'The image.',
        ),
        payload: object(
          {
            wanted: object(
              {
                size: whole('Bytes.'),
                digest: digest,
              },
              'As the manifest has it.',
            ),
            found: object(
              {
                size: whole('Bytes.'),
                digest: digest,
              },
              'As it is.',
            ),
            same: flag(),
          },
          'The uncompressed archive.',
        ),
        tree: object(
          {
            wanted: digest,
            found: digest,
            same: flag(),
          },
          'Digest of the entries.',
        ),
        settings: listOf(
          object({
            key: text(),
            a: anything(),
            b: anything(),
          }),
          'Effective settings that differ, with both values.',
        ),
        circumstances: listOf(
          object({
            code: oneOf(
              [
                'tool',
                'profile',
                'encoder',
                'rule',
                'segment',
                'repository',
                'bootstrap-command',
                'bootstrap-tool',
                'bootstrap-file',
              ],
              'Kind.',
            ),
            explains: oneOf(
              ['tree', 'payload', 'file'],
              'The weakest level that it can change; with it change those above.',
            ),
            what: text('Name of it: of a program, a rule, a file.'),
            wanted: either([text(), nothing()], 'As recorded; null where there was none.'),
            found: either([text(), nothing()], 'As it is now; null where there is none.'),
          }),
          'What is not as it was recorded, and may be why the image is another.',
        ),
        diff: either(
          [object({}), nothing()],
          'The document of `diff` for the image beside the manifest and the tree on the other side.',
        ),
      },
      'Only where a side is a manifest: how far the two images are the same, and the settings that they were packed with. What `proof` says is then of the images as they are.',
    ),
  ),
});

export type DiffDocument = Infer<typeof shape>;

export const diffSchema: JsonSchema = documentSchema(
  'stillroot/diff/1',
  'stillroot diff',
  'What `stillroot diff --json` prints. More keys and causes may be added.',
  shape,
);
