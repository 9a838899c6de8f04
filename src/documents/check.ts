/** What `stillroot check --json` prints. */
import { type Infer, whole } from '../json/shape.ts';
import { encoder, jsonDocument, plannedBy, plannedWithPaths, profile, seconds, source } from './common.ts';

export const check = jsonDocument(
  'stillroot/check/1',
  'stillroot check',
  'What `stillroot check --json` prints. More keys may be added.',
  {
    source,
    ...plannedBy,
    entries: whole('That an archive would have, without the trailer.'),
    bytesIn: whole('Of the contents of all files in the source, hard links counted once.'),
    bytesOut: whole(
      'Of the contents that would reach an archive, hard links counted once; there is no file of which it could be.',
    ),
    ...plannedWithPaths,
    profile,
    encoder,
    seconds,
  },
);

export type CheckDocument = Infer<typeof check>;
