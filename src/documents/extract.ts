/** What `stillroot extract --json` prints. */
import { type Infer, listOf, text, whole } from '../json/shape.ts';
import { archiveWarning, jsonDocument, seconds } from './common.ts';

export const extract = jsonDocument(
  'stillroot/extract/1',
  'stillroot extract',
  'What `stillroot extract --json` prints. More keys may be added.',
  {
    archive: text('As it was named on the command line.'),
    directory: text('Where it was extracted to, as named on the command line.'),
    entries: whole('That were written.'),
    bytes: whole('Of the contents of all files that were written, hard links counted once.'),
    warnings: listOf(archiveWarning),
    seconds,
  },
);

export type ExtractDocument = Infer<typeof extract>;
