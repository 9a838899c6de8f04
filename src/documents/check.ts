/** What `stillroot check --json` prints. */
import {
  documentSchema,
  flag,
  type Infer,
  type JsonSchema,
  listOf,
  number,
  object,
  oneOf,
  text,
  textLike,
  whole,
} from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/check/1'], 'Name of this schema.'),
  source: text('As it was named on the command line.'),
  distro: text('Whose rules were applied; `unknown` for a tree that does not say.'),
  epoch: whole(undefined, 0, 4294967295),
  init: flag('Whether the result has an /init that the kernel can start.'),
  entries: whole('That an archive would have, without the trailer.'),
  bytesIn: whole('Of the contents of all files in the source, hard links counted once.'),
  bytesOut: whole(
    'Of the contents that would reach an archive, hard links counted once; there is no file of which it could be.',
  ),
  changes: listOf(
    object({
      rule: text(
        'Id of the rule, `normalize/...` for what is done to every entry, `option/...` for what an option asks for.',
      ),
      action: oneOf([
        'drop',
        'truncate',
        'replace',
        'rewrite',
        'link',
        'owner',
        'mode',
        'mtime',
        'add',
        'split',
      ]),
      count: whole(undefined, 1),
      bytes: whole('Taken away by a drop or truncate; of the new content otherwise.'),
      paths: listOf(
        text(
          'From the root of the tree. UTF-8; other bytes and control characters as \\xNN, a backslash as \\\\.',
        ),
        'In tree order.',
        1,
      ),
    }),
  ),
  warnings: listOf(
    object({
      code: textLike(/^[a-z][a-z-]*$/, 'a code of lower-case words'),
      path: text(
        'From the root of the tree. UTF-8; other bytes and control characters as \\xNN, a backslash as \\\\. Empty where the warning is about the whole tree.',
      ),
      message: text(),
    }),
  ),
  profile: whole('Version of the archive profile.', 1),
  encoder: text('Name and version of the encoder.'),
  seconds: number(undefined, 0),
});

export type CheckDocument = Infer<typeof shape>;

export const checkSchema: JsonSchema = documentSchema(
  'stillroot/check/1',
  'stillroot check',
  'What `stillroot check --json` prints. More keys may be added.',
  shape,
);
