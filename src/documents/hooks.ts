/** What `stillroot hook --json` prints: the image builders that are known. */
import {
  documentSchema,
  either,
  type Infer,
  type JsonSchema,
  listOf,
  nothing,
  object,
  oneOf,
  text,
} from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/hooks/1'], 'Name of this schema.'),
  singleFile: either(
    [text(), nothing()],
    'Path of stillroot-finalize.mjs; null in a checkout that has not been built.',
  ),
  hooks: listOf(
    object({
      id: text('As on the command line.'),
      builder: text('The builder and its versions, for people.'),
      tried: text('What it was tried with, or which documentation it follows.'),
    }),
  ),
});

export type HooksDocument = Infer<typeof shape>;

export const hooksSchema: JsonSchema = documentSchema(
  'stillroot/hooks/1',
  'stillroot hook, the list',
  'What `stillroot hook --json` prints: the image builders that are known. More keys may be added.',
  shape,
);
