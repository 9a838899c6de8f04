/** What `stillroot reproduce --json` prints. */
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
  reference,
  text,
  whole,
} from '../json/shape.ts';
import { around, digest, surrounding } from './common.ts';

const shape = object({
  schema: oneOf(['stillroot/reproduce/1'], 'Name of this schema.'),
  manifest: text('As it was named.'),
  source: either([text(), nothing()], 'As it was named; null for a tree that a command made.'),
  same: flag('Exit status 0: the rebuilt image is the same, byte for byte.'),
  level: oneOf(
    ['file', 'payload', 'tree', 'none'],
    'How far it is the same: the same bytes; the same archive, in a file that differs in what `around` lists; the same entries, in another archive; another tree.',
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
  around: optional(around),
  front: surrounding('Early archives in front of the archive.'),
  bootConfig: surrounding('The boot configuration behind the archive.'),
  tree: object(
    {
      wanted: digest,
      found: digest,
      same: flag(),
    },
    'Digest of the entries.',
  ),
  bootstrap: either(
    [
      object({
        command: text('As it is recorded, with `{root}` or `{archive}` for the tree.'),
        tool: text('Program.'),
        toolVersion: text('Version of it here; empty where it is not known how to ask.'),
        pinned: whole('Packages whose recorded version was given to the tool.'),
        pins: text('How, or why not.'),
      }),
      nothing(),
    ],
    'The command that made the tree; null for a source that was named.',
  ),
  packages: object(
    {
      same: whole('Packages that both have.'),
      moved: listOf(
        object({
          type: text('As in the manifest.'),
          name: text('Of the package.'),
          architecture: text('As its manager names it.'),
          wanted: either([text(), nothing()], 'Version in the manifest, or several; null where it has none.'),
          found: either(
            [text(), nothing()],
            'Version in the rebuilt image. Equal to the other for another build of the same version.',
          ),
        }),
        'The others, by name.',
      ),
    },
    'Of the manifest and of the rebuilt image.',
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
  diff: either(
    [nothing(), reference('../diff/1')],
    'What `stillroot diff --json` prints of the original image (a) and the rebuilt one (b); null where they are the same or there is no original.',
  ),
  output: either([text(), nothing()], 'File of the rebuilt image; null where it was not kept.'),
  attestations: listOf(text(), 'Files that were written.'),
  seconds: number('Time it took.', 0),
});

export type ReproduceDocument = Infer<typeof shape>;

export const reproduceSchema: JsonSchema = documentSchema(
  'stillroot/reproduce/1',
  'stillroot reproduce',
  'What `stillroot reproduce --json` prints. More keys may be added.',
  shape,
);
