/** What `stillroot verify --json` prints. */
import {
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
  textLike,
  whole,
} from '../json/shape.ts';
import { around, digest, surrounding } from './common.ts';

const shape = object({
  schema: oneOf(['stillroot/verify/1'], 'Name of this schema.'),
  manifest: text('As it was named.'),
  source: text('File or directory, as it was named.'),
  same: flag('Exit status 0: the same file or, of a directory, the same tree.'),
  level: oneOf(
    ['file', 'payload', 'tree', 'none'],
    'How far it is the same: the same bytes; the same archive, in a file that differs in what `around` lists; the same entries, in another archive; another tree.',
  ),
  file: optional(
    object(
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
      'The file itself; absent for a directory.',
    ),
  ),
  blocks: optional(
    object(
      {
        wanted: whole(),
        same: whole('How many of those are in the file.'),
        different: listOf(
          object({
            index: whole(),
            size: whole('Bytes in the image.'),
            uncompressedSize: whole(),
            uncompressedOffset: whole('Where its content begins in the uncompressed archive.'),
            digest: digest,
          }),
          'The others, as the manifest has them.',
        ),
      },
      'Of the blocks of a compressed image, without decompressing any.',
    ),
  ),
  payload: optional(
    object(
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
      'The uncompressed archive, without what stands in front of it.',
    ),
  ),
  around: optional(around),
  front: optional(surrounding('Early archives in front of the archive.')),
  bootConfig: optional(surrounding('The boot configuration behind the archive.')),
  notCompared: optional(
    listOf(text(), 'What the file or directory has and no manifest records, each a clause.'),
  ),
  tree: optional(
    object(
      {
        wanted: digest,
        found: digest,
        same: flag(),
      },
      'The entries, whatever archive they are in.',
    ),
  ),
  entries: optional(
    object(
      {
        missing: listOf(text(), 'In the manifest only.'),
        extra: listOf(text(), 'Not in the manifest.'),
        different: listOf(
          object({
            path: text(),
            fields: listOf(
              object({
                field: oneOf([
                  'type',
                  'mode',
                  'uid',
                  'gid',
                  'mtime',
                  'size',
                  'digest',
                  'target',
                  'device',
                  'hardLink',
                ]),
                wanted: either([text(), whole(), nothing()], 'Null where the entry has no such field.'),
                found: either([text(), whole(), nothing()]),
              }),
              undefined,
              1,
            ),
          }),
        ),
      },
      'Where the trees differ and the manifest lists its entries.',
    ),
  ),
  trouble: optional(
    object(
      {
        code: textLike(/^[a-z][a-z-]*$/, 'a code of lower-case words'),
        message: text(),
      },
      'Why nothing more can be told of a file: it is damaged, or no archive.',
    ),
  ),
  seconds: number(undefined, 0),
});

export type VerifyDocument = Infer<typeof shape>;

export const verifySchema: JsonSchema = documentSchema(
  'stillroot/verify/1',
  'stillroot verify',
  'What `stillroot verify --json` prints. More keys may be added. What was not looked at is absent: below a level that matched everything matches.',
  shape,
);
