/** What `stillroot bench --list --json` prints. */
import { type Infer, listOf, object, text } from '../json/shape.ts';
import { dimension, packer } from './bench.ts';
import { jsonDocument } from './common.ts';

export const benchList = jsonDocument(
  'stillroot/bench-list/1',
  'stillroot bench --list',
  'What `stillroot bench --list --json` prints. More keys may be added.',
  {
    dimensions: listOf(object(dimension), 'In the order of reports.'),
    packers: listOf(
      object({
        id: text('Stable id.'),
        ...packer,
        programs: listOf(text(), 'Programs that it needs.'),
      }),
      'In the order of reports.',
    ),
  },
);

export type BenchListDocument = Infer<typeof benchList>;
