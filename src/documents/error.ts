/** What any verb prints with `--json` when it ends with status 2; on standard error where standard output is for the archive. */
import {
  documentSchema,
  type Infer,
  type JsonSchema,
  object,
  oneOf,
  optional,
  text,
  textLike,
} from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/error/1'], 'Name of this schema.'),
  error: object({
    code: textLike(/^[a-z][a-z-]*$/, 'a code of lower-case words', 'Stable, for programs.'),
    where: optional(text('File, option or position.')),
    hint: optional(text('What to do about it.')),
    message: text('The whole message; `where` and `hint` are part of it.'),
  }),
});

export type ErrorDocument = Infer<typeof shape>;

export const errorSchema: JsonSchema = documentSchema(
  'stillroot/error/1',
  'stillroot error',
  'What any verb prints with `--json` when it ends with status 2; on standard error where standard output is for the archive.',
  shape,
);
