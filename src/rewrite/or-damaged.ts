import { Damage } from '../packages/damage.ts';
import { malformed, type RewriteResult, UNCHANGED } from './rewrite.ts';

/**
 * Runs a normalizer of a database. An empty file is one that its tool has not written to yet.
 *
 * @returns what `work` returns, or `malformed` where the database turns out to be damaged
 */
export function orDamaged(bytes: Buffer, work: () => RewriteResult): RewriteResult {
  if (bytes.length === 0) return UNCHANGED;
  try {
    return work();
  } catch (error) {
    if (error instanceof Damage) return malformed(error.offset, error.found, error.wanted);
    throw error;
  }
}
