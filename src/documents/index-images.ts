/** What `stillroot index --json` prints. */
import { digest } from '../json/common-shapes.ts';
import { type Infer, listOf, object, text } from '../json/shape.ts';
import { jsonDocument } from './common.ts';

export const indexImages = jsonDocument(
  'stillroot/index/1',
  'stillroot index',
  'What `stillroot index --json` prints. More keys may be added.',
  {
    directory: text('As given.'),
    baseUrl: text('Where the directory is published, with a slash at the end.'),
    files: listOf(text(), 'The files that were written, by name.'),
    stale: listOf(
      text(),
      'Lists of an earlier index for architectures that no image has any more; they are left as they are.',
    ),
    images: listOf(
      object({
        name: text(),
        digest,
        version: text('For the server: the date of its timestamps and the beginning of its digest.'),
        rebuiltBy: listOf(text(), 'Rebuilders whose signed statement names this digest.'),
      }),
    ),
  },
);

export type IndexDocument = Infer<typeof indexImages>;
