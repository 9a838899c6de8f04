import { REWRITES } from '../rewrite/registry.ts';
import type { Decisions } from '../rules/decide.ts';

/**
 * Loads what the normalizers need that these decisions name; to be awaited before a Plan is made of
 * them. Most trees need nothing, so most runs do not pay for it.
 */
export async function prepareRewrites(decisions: Decisions): Promise<void> {
  const named = new Set<string>();
  for (const { content } of decisions.changes.values()) {
    if (content?.action.do === 'rewrite') named.add(content.action.normalizer);
  }
  // An unknown name is reported by the Plan, which knows the rule.
  for (const name of named) await REWRITES[name]?.prepare?.();
}
