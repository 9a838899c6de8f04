/** What `stillroot pack --json` prints. */
import {
  about,
  constrained,
  documentSchema,
  either,
  flag,
  type Infer,
  implication,
  type JsonSchema,
  listOf,
  nothing,
  number,
  object,
  oneOf,
  optional,
  recordOf,
  text,
  textLike,
  whole,
} from '../json/shape.ts';
import { digest, hexDigest } from './common.ts';

const shape = constrained(
  {
    allOf: [
      implication(
        { properties: { format: { const: 'cpio.xz' } } },
        { required: ['level', 'blocks'] },
        { properties: { level: false, blocks: false, cache: false } },
      ),
    ],
  },
  object({
    schema: oneOf(['stillroot/pack/1'], 'Name of this schema.'),
    source: text('As it was named on the command line.'),
    bootstrap: optional(
      object(
        {
          request: text('As it was asked for.'),
          command: text('As it was run, with `{root}` or `{archive}` for the tree.'),
          tool: text('Program.'),
          toolVersion: text('As it says itself; empty where it is not known how to ask.'),
          environment: recordOf(
            either([text(), nothing()]),
            'Variables that it saw; null for one that was passed on from the user.',
          ),
          files: optional(recordOf(text(), 'Files of the user that it reads: path to digest.')),
        },
        'With --bootstrap only: the command that made the tree, as in the manifest.',
      ),
    ),
    distro: text('Whose rules were applied; `unknown` for a tree that does not say.'),
    epoch: whole(undefined, 0, 4294967295),
    init: flag('Whether the result has an /init that the kernel can start.'),
    entries: whole('Of the archive, without the trailer.'),
    bytesIn: whole('Of the contents of all files in the source, hard links counted once.'),
    bytesOut: whole('Of the file that was written, compressed as it is and an early segment included.'),
    payloadBytes: whole(
      'Of the uncompressed archive, headers included and an early segment not: what digests.payload is of.',
    ),
    early: optional(
      object(
        {
          archives: whole(undefined, 1),
          entries: whole(),
          bytes: whole(),
        },
        'Uncompressed archives that the source begins with, kept as they are. Missing where there are none.',
      ),
    ),
    bootConfig: optional(
      object(
        {
          bytes: whole('Of its text.'),
        },
        'The boot configuration at the end of the source, kept behind the archive. Missing where there is none.',
      ),
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
    manifest: optional(
      text(
        'File of the manifest, as it was named on the command line or derived from that; missing where none was written.',
      ),
    ),
    attestation: optional(text('File of the provenance; missing where none was written.')),
    osPackage: optional(
      object(
        {
          name: text('Of the file, without directories.'),
          size: whole('Bytes.'),
          digest: about('What signatures in the descriptor are over.', digest),
          label: text(),
          cmdline: text(),
          url: text(),
          kernel: object({
            size: whole(),
            digest: digest,
          }),
          descriptor: text('Its file.'),
        },
        'The OS package around the archive; missing without --ospkg.',
      ),
    ),
    digests: object(
      {
        payload: hexDigest,
        file: hexDigest,
      },
      'SHA-256 of the uncompressed archive and of the file.',
    ),
    format: oneOf(['cpio', 'cpio.xz']),
    level: optional(whole(undefined, 0, 9)),
    blocks: optional(whole('Of the .xz stream.', 1)),
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
    encoder: text('Name and version of the encoder.'),
    seconds: number(undefined, 0),
  }),
);

export type PackDocument = Infer<typeof shape>;

export const packSchema: JsonSchema = documentSchema(
  'stillroot/pack/1',
  'stillroot pack',
  'What `stillroot pack --json` prints. More keys may be added.',
  shape,
);
