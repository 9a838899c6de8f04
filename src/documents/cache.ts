/** What `stillroot cache --json` prints. */
import { flag, type Infer, oneOf, text, whole } from '../json/shape.ts';
import { jsonDocument } from './common.ts';

export const cache = jsonDocument(
  'stillroot/cache/1',
  'stillroot cache',
  'What `stillroot cache --json` prints. More keys may be added.',
  {
    action: oneOf(['info', 'clear']),
    directory: text('As it was named, or the default one.'),
    exists: flag('Whether there is a cache; pack makes it.'),
    blocks: whole('That it holds; with `clear`, that were removed.'),
    bytes: whole('Of the same, with what packers that were killed have left.'),
  },
);

export type CacheDocument = Infer<typeof cache>;
