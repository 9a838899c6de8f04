/** What `stillroot extract --json` prints. */
import {
  documentSchema,
  type Infer,
  type JsonSchema,
  listOf,
  number,
  object,
  oneOf,
  text,
  whole,
} from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/extract/1'], 'Name of this schema.'),
  archive: text('As it was named on the command line.'),
  directory: text('Where it was extracted to, as named on the command line.'),
  entries: whole('That were written.'),
  bytes: whole('Of the contents of all files that were written, hard links counted once.'),
  warnings: listOf(
    object({
      code: text(),
      path: text('Empty where it is about the whole archive.'),
      message: text(),
    }),
  ),
  seconds: number(undefined, 0),
});

export type ExtractDocument = Infer<typeof shape>;

export const extractSchema: JsonSchema = documentSchema(
  'stillroot/extract/1',
  'stillroot extract',
  'What `stillroot extract --json` prints. More keys may be added.',
  shape,
);
