/** What `stillroot cache --json` prints. */
import {
  documentSchema,
  flag,
  type Infer,
  type JsonSchema,
  object,
  oneOf,
  text,
  whole,
} from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/cache/1'], 'Name of this schema.'),
  action: oneOf(['info', 'clear']),
  directory: text('As it was named, or the default one.'),
  exists: flag('Whether there is a cache; pack makes it.'),
  blocks: whole('That it holds; with `clear`, that were removed.'),
  bytes: whole('Of the same, with what packers that were killed have left.'),
});

export type CacheDocument = Infer<typeof shape>;

export const cacheSchema: JsonSchema = documentSchema(
  'stillroot/cache/1',
  'stillroot cache',
  'What `stillroot cache --json` prints. More keys may be added.',
  shape,
);
