/** What `stillroot reproduce --json` prints. */
import {
  either,
  flag,
  type Infer,
  listOf,
  nothing,
  number,
  object,
  optional,
  reference,
  text,
  whole,
} from '../json/shape.ts';
import { jsonDocument, orNull } from './common.ts';
import {
  around,
  bootConfig,
  circumstances,
  comparedDigests,
  comparedSizes,
  entryDifferences,
  front,
  levelWithAround,
} from './verify.ts';

const bootstrap = object({
  command: text('As it is recorded, with `{root}` or `{archive}` for the tree.'),
  tool: text('Program.'),
  toolVersion: text('Version of it here; empty where it is not known how to ask.'),
  pinned: whole('Packages whose recorded version was given to the tool.'),
  pins: text('How, or why not.'),
});

const packages = object(
  {
    same: whole('Packages that both have.'),
    moved: listOf(
      object({
        type: text('As in the manifest.'),
        name: text('Of the package.'),
        architecture: text('As its manager names it.'),
        wanted: orNull(text(), 'Version in the manifest, or several; null where it has none.'),
        found: orNull(
          text(),
          'Version in the rebuilt image. Equal to the other for another build of the same version.',
        ),
      }),
      'The others, by name.',
    ),
  },
  'Of the manifest and of the rebuilt image.',
);

export const reproduce = jsonDocument(
  'stillroot/reproduce/1',
  'stillroot reproduce',
  'What `stillroot reproduce --json` prints. More keys may be added.',
  {
    manifest: text('As it was named.'),
    source: orNull(text(), 'As it was named; null for a tree that a command made.'),
    same: flag('Exit status 0: the rebuilt image is the same, byte for byte.'),
    level: levelWithAround,
    file: comparedSizes('The image.'),
    payload: comparedSizes('The uncompressed archive.'),
    around: optional(around),
    front,
    bootConfig,
    tree: comparedDigests('Digest of the entries.'),
    bootstrap: orNull(bootstrap, 'The command that made the tree; null for a source that was named.'),
    packages,
    circumstances,
    entries: optional(entryDifferences),
    diff: either(
      [nothing(), reference('../diff/1')],
      'What `stillroot diff --json` prints of the original image (a) and the rebuilt one (b); null where they are the same or there is no original.',
    ),
    output: orNull(text(), 'File of the rebuilt image; null where it was not kept.'),
    attestations: listOf(text(), 'Files that were written.'),
    seconds: number('Time it took.', 0),
  },
);

export type ReproduceDocument = Infer<typeof reproduce>;
