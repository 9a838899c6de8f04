/** JSON of strangers: what parsing it would take is known before it is parsed. */
import { type JsonSize, jsonSize } from './json-size.ts';

/**
 * Makes the error for a text that is not used.
 *
 * @param kind `limit` for one that may be JSON, but is more than anybody would write
 */
export type RefuseJson = (kind: 'limit' | 'malformed', what: string, cause?: unknown) => Error;

/**
 * The value of a JSON text. Its depth is bounded, so that whoever walks it may recurse, and so is its size in memory.
 *
 * @param most what is accepted
 * @throws what `refuse` makes
 */
export function parseJson(text: string, most: JsonSize, refuse: RefuseJson): unknown {
  const { depth, values } = jsonSize(text, most);
  if (depth > most.depth) throw refuse('limit', `is nested more than ${most.depth} levels deep`);
  if (values > most.values) throw refuse('limit', `has more than ${most.values} values`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse('malformed', 'is not JSON', cause);
  }
}
