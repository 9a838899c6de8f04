/** What `stillroot verify --json` prints. */

import { digest } from '../json/common-shapes.ts';
import { flag, type Infer, listOf, object, optional, text, whole } from '../json/shape.ts';
import { code, jsonDocument, seconds } from './common.ts';
import {
  around,
  bootConfig,
  comparedDigests,
  comparedSizes,
  entryDifferences,
  front,
  levelWithAround,
} from './comparison.ts';

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
