import { Damage } from '../packages/damage.ts';
import { EngineMissing, malformed, type RewriteResult, UNCHANGED } from './rewrite.ts';

/**
 * Runs a normalizer of a database. An empty file is one that its tool has not written to yet.
 *
 * @returns what `work` returns, `malformed` where the database turns out to be damaged, or
 *   `engine-missing` where this copy of stillroot cannot do it
 */
export function orDamaged(bytes: Buffer, work: () => RewriteResult): RewriteResult {
  if (bytes.length === 0) return UNCHANGED;
  try {
    return work();
  } catch (error) {
    if (error instanceof Damage) return malformed(error.offset, error.found, error.wanted);
    if (error instanceof EngineMissing) return { outcome: 'engine-missing', why: error.message };
    throw error;
  }
}
