/** What `stillroot finalize --json` prints. */
import {
  constrained,
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
import { hexDigest } from './common.ts';

const shape = constrained(
  {
    dependentRequired: {
      archive: ['digests', 'encoder'],
      manifest: ['archive'],
      cache: ['archive'],
      digests: ['archive'],
      encoder: ['archive'],
    },
  },
  object({
    schema: oneOf(['stillroot/finalize/1'], 'Name of this schema.'),
    source: text('As it was named on the command line, or by the builder.'),
    distro: text('Whose rules were applied; `unknown` for a tree that does not say.'),
    epoch: whole(undefined, 0, 4294967295),
    init: flag('Whether the result has an /init that the kernel can start.'),
    entries: whole('Of the tree as it is now.'),
    bytesIn: whole('Of the contents of all files before, hard links counted once.'),
    bytesOut: whole('Of the contents of all files after, hard links counted once.'),
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
    operations: whole('On the directory; 0 where there was nothing to do.'),
    dryRun: optional(
      listOf(text(), 'With --dry-run: one line an operation, in their order, for people. Nothing was done.'),
    ),
    recovered: optional(whole('Operations of an interrupted run that were completed first.')),
    manifest: optional(text('File of the manifest of the archive; missing where none was written.')),
    archive: optional(text('With --archive: the file that was written.')),
    digests: optional(
      object(
        {
          payload: hexDigest,
          file: hexDigest,
        },
        'SHA-256 of the uncompressed archive and of the file.',
      ),
    ),
    cache: optional(
      object(
        {
          directory: either([text(), nothing()], 'Null where none was used.'),
          used: whole('Blocks that came from it.'),
          stored: whole('Blocks that were added to it.'),
          notes: listOf(text(), 'Why none was used, blocks that were damaged, or why none were stored.'),
        },
        'What the block cache did; missing for an uncompressed archive. No byte of the output depends on it.',
      ),
    ),
    profile: whole('Version of the archive profile.', 1),
    encoder: optional(text('Name and version of the encoder.')),
    seconds: number(undefined, 0),
  }),
);

export type FinalizeDocument = Infer<typeof shape>;

export const finalizeSchema: JsonSchema = documentSchema(
  'stillroot/finalize/1',
  'stillroot finalize',
  'What `stillroot finalize --json` prints. More keys may be added.',
  shape,
);
