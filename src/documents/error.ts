/** What any verb prints with `--json` when it ends with status 2. */
import { type Infer, object } from '../json/shape.ts';
import { jsonDocument, refusal } from './common.ts';

export const error = jsonDocument(
  'stillroot/error/1',
  'stillroot error',
  'What any verb prints with `--json` when it ends with status 2; on standard error where standard output is for the archive.',
  { error: object(refusal) },
);

export type ErrorDocument = Infer<typeof error>;
