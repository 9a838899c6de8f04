/** What `stillroot verify --json` prints. */
import { digest } from '../json/common-shapes.ts';
import {
  about,
  either,
  flag,
  type Infer,
  listOf,
  nothing,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  whole,
} from '../json/shape.ts';
import { CIRCUMSTANCES } from '../reproduce/circumstances.ts';
import { AROUND, ENTRY_FIELDS, MATCH_LEVELS, type MatchLevel } from '../verify/verification.ts';
import { code, jsonDocument, orNull, seconds, sized } from './common.ts';

/** @param same what differs between two files that hold the same archive */
export function matchLevel(same: string): Shape<MatchLevel> {
  return oneOf(
    MATCH_LEVELS,
    `How far it is the same: the same bytes; the same archive, ${same}; the same entries, in another archive; another tree.`,
  );
}

/** For documents that also have `around`. */
export const levelWithAround: Shape<MatchLevel> = matchLevel('in a file that differs in what `around` lists');

/** Sizes in bytes, as recorded and as found, and whether they are the same. */
export function comparedSizes(what: string) {
  return object(
    { wanted: about('As the manifest has it.', sized), found: about('As it is.', sized), same: flag() },
    what,
  );
}

/** Digests as recorded and as found, and whether they are the same. */
export function comparedDigests(what: string) {
  return object({ wanted: digest, found: digest, same: flag() }, what);
}

const standing = orNull(sized, 'Null if there is nothing there.');

/** What precedes or follows an archive. */
function surrounding(what: string) {
  return object({ wanted: standing, found: standing, same: flag() }, what);
}

export const front = surrounding('Early archives in front of the archive.');
export const bootConfig = surrounding('The boot configuration after the archive.');

export const around = listOf(
  oneOf(AROUND),
  'Where the archives are the same bytes and the files are not: in what those differ.',
  1,
);

export const entryDifferences = object(
  {
    missing: listOf(text(), 'In the manifest only.'),
    extra: listOf(text(), 'Not in the manifest.'),
    different: listOf(
      object({
        path: text(),
        fields: listOf(
          object({
            field: oneOf(ENTRY_FIELDS),
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
);

export const circumstances = listOf(
  object({
    code: oneOf(CIRCUMSTANCES, 'Kind.'),
    explains: oneOf(
      ['tree', 'payload', 'file'],
      'The weakest level that it can change; with it change those above.',
    ),
    what: text('Name of it: of a program, a rule, a file.'),
    wanted: orNull(text(), 'As recorded; null where there was none.'),
    found: orNull(text(), 'As it is now; null where there is none.'),
  }),
  'What is not as it was recorded, and may be why the image is another.',
);

const blocks = object(
  {
    wanted: whole(),
    same: whole('How many of those are in the file.'),
    different: listOf(
      object({
        index: whole(),
        size: whole('Bytes in the image.'),
        uncompressedSize: whole(),
        uncompressedOffset: whole('Where its content begins in the uncompressed archive.'),
        digest,
      }),
      'The others, as the manifest has them.',
    ),
  },
  'Of the blocks of a compressed image, without decompressing any.',
);

export const verify = jsonDocument(
  'stillroot/verify/1',
  'stillroot verify',
  'What `stillroot verify --json` prints. More keys may be added. What was not looked at is absent: below a level that matched everything matches.',
  {
    manifest: text('As it was named.'),
    source: text('File or directory, as it was named.'),
    same: flag('Exit status 0: the same file or, of a directory, the same tree.'),
    level: levelWithAround,
    file: optional(comparedSizes('The file itself; absent for a directory.')),
    blocks: optional(blocks),
    payload: optional(comparedSizes('The uncompressed archive, without the early archives in front of it.')),
    around: optional(around),
    front: optional(front),
    bootConfig: optional(bootConfig),
    notCompared: optional(
      listOf(text(), 'What the file or directory has and no manifest records, each a clause.'),
    ),
    tree: optional(comparedDigests('The entries, whatever archive they are in.')),
    entries: optional(entryDifferences),
    trouble: optional(
      object(
        { code, message: text() },
        'Why nothing more can be told of a file: it is damaged, or no archive.',
      ),
    ),
    seconds,
  },
);

export type VerifyDocument = Infer<typeof verify>;
