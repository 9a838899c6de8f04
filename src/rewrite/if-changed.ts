import { type RewriteResult, rewritten, UNCHANGED } from './rewrite.ts';

/** The result for a file that becomes `after`. */
export function ifChanged(before: Buffer, after: Buffer): RewriteResult {
  return before.equals(after) ? UNCHANGED : rewritten(after);
}

/** The same for a text as a byte string. */
export function ifTextChanged(before: Buffer, after: string): RewriteResult {
  return ifChanged(before, Buffer.from(after, 'latin1'));
}
