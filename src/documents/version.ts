/** What `stillroot --version --json` prints: everything that decides output bytes beside the input. */
import { type Infer, textLike } from '../json/shape.ts';
import { encoder, jsonDocument, profile } from './common.ts';

export const version = jsonDocument(
  'stillroot/version/1',
  'stillroot --version',
  'What `stillroot --version --json` prints: everything that decides output bytes beside the input. More keys may be added.',
  { version: textLike(/^[0-9]+\.[0-9]+\.[0-9]+/, 'a version', 'Of stillroot.'), profile, encoder },
);

export type VersionDocument = Infer<typeof version>;
