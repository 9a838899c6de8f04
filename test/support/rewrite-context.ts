import type { RewriteContext } from '../../src/rewrite/rewrite.ts';

/** A context that only knows what the test provides. */
export function rewriteContext(fields: Partial<RewriteContext> = {}): RewriteContext {
  return {
    path: 'file',
    epoch: 0,
    policy: () => undefined,
    owned: undefined,
    lookUp: () => undefined,
    original: () => undefined,
    ...fields,
  };
}
