/** What `stillroot finalize --json` prints. */
import { type Infer, listOf, optional, text, whole } from '../json/shape.ts';
import {
  archiveDigests,
  blockCache,
  encoder,
  jsonDocument,
  plannedBy,
  plannedWithPaths,
  profile,
  seconds,
} from './common.ts';

export const finalize = jsonDocument(
  'stillroot/finalize/1',
  'stillroot finalize',
  'What `stillroot finalize --json` prints. More keys may be added.',
  {
    source: text('As it was named on the command line, or by the builder.'),
    ...plannedBy,
    entries: whole('Of the tree as it is now.'),
    bytesIn: whole('Of the contents of all files before, hard links counted once.'),
    bytesOut: whole('Of the contents of all files after, hard links counted once.'),
    ...plannedWithPaths,
    operations: whole('On the directory; 0 where there was nothing to do.'),
    dryRun: optional(
      listOf(text(), 'With --dry-run: one line an operation, in their order, for people. Nothing was done.'),
    ),
    recovered: optional(whole('Operations of an interrupted run that were completed first.')),
    manifest: optional(text('File of the manifest of the archive; missing where none was written.')),
    archive: optional(text('With --archive: the file that was written.')),
    digests: optional(archiveDigests),
    cache: optional(blockCache),
    profile,
    encoder: optional(encoder),
    seconds,
  },
  {
    dependentRequired: {
      archive: ['digests', 'encoder'],
      manifest: ['archive'],
      cache: ['archive'],
      digests: ['archive'],
      encoder: ['archive'],
    },
  },
);

export type FinalizeDocument = Infer<typeof finalize>;
