import type { RewriteContext } from '../../src/rewrite/rewrite.ts';

/** A context in which nothing is known but what the test says. */
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
