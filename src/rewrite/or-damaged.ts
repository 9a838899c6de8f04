import { Damage } from '../packages/damage.ts';
import { malformed, type RewriteResult } from './rewrite.ts';

/** @returns what `work` returns, or `malformed` where a database turns out to be damaged */
export function orDamaged(work: () => RewriteResult): RewriteResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof Damage) return malformed(error.offset, error.found, error.wanted);
    throw error;
  }
}
