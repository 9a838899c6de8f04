import { StillrootError } from '../errors.ts';
import type { Rule } from './rule.ts';
import { didYouMean } from './suggest.ts';

/** The layer of the rules that users write. It comes last, so it has the last word. */
export const USER_LAYER = 'user';

/** Rules that stand or fall together: `common`, a package manager, a distribution, the user's own. */
export interface Layer {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/**
 * The tables of the named layers in that order, and then the user's rules.
 * @throws StillrootError `usage` for a layer that there is not
 */
export function layersOf(
  tables: Readonly<Record<string, readonly Rule[]>>,
  names: readonly string[],
  userRules: readonly Rule[] = [],
): readonly Layer[] {
  const layers = names.map((name): Layer => {
    const rules = Object.hasOwn(tables, name) ? tables[name] : undefined;
    if (rules === undefined) {
      const hint = didYouMean(name, Object.keys(tables), 'layers');
      throw new StillrootError('usage', `no rules are known for '${name}'`, { hint });
    }
    return { name, rules };
  });
  return userRules.length === 0 ? layers : [...layers, { name: USER_LAYER, rules: userRules }];
}
