/** What `stillroot hook --json` prints: the image builders that are known. */
import { type Infer, listOf, object, text } from '../json/shape.ts';
import { jsonDocument, orNull } from './common.ts';
import { builder, TRIED } from './hook.ts';

export const hooks = jsonDocument(
  'stillroot/hooks/1',
  'stillroot hook, the list',
  'What `stillroot hook --json` prints: the image builders that are known. More keys may be added.',
  {
    singleFile: orNull(text(), 'Path of stillroot-finalize.mjs; null in a checkout that has not been built.'),
    hooks: listOf(object({ ...builder, tried: text(TRIED) })),
  },
);

export type HooksDocument = Infer<typeof hooks>;
