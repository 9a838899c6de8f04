/** What `stillroot --version --json` prints: everything that decides output bytes beside the input. */
import {
  documentSchema,
  type Infer,
  type JsonSchema,
  object,
  oneOf,
  text,
  textLike,
  whole,
} from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/version/1'], 'Name of this schema.'),
  version: textLike(/^[0-9]+\.[0-9]+\.[0-9]+/, 'a version', 'Of stillroot.'),
  profile: whole('Version of the archive profile.', 1),
  encoder: text('Name and version of the encoder.'),
});

export type VersionDocument = Infer<typeof shape>;

export const versionSchema: JsonSchema = documentSchema(
  'stillroot/version/1',
  'stillroot --version',
  'What `stillroot --version --json` prints: everything that decides output bytes beside the input. More keys may be added.',
  shape,
);
