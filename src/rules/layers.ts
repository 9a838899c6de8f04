import { StillrootError } from '../errors.ts';
import { pathFromText } from '../tree/path.ts';
import { Glob } from './glob.ts';
import type { Rule } from './rule.ts';
import { didYouMean, suggest } from './suggest.ts';

/** The layer of user rules. It comes last, so it wins. */
export const USER_LAYER = 'user';

/** A group of rules that apply together: `common`, a package manager, a distribution, the user's own. */
export interface Layer {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/**
 * The tables of the named layers in that order, followed by the user's rules.
 * @throws StillrootError `usage` for an unknown layer
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
      throw new StillrootError('usage', `there are no rules for '${name}'`, { hint });
    }
    return { name, rules };
  });
  return userRules.length === 0 ? layers : [...layers, { name: USER_LAYER, rules: userRules }];
}

export interface Selection {
  /** Globs on the ids of rules to leave out. */
  readonly skip?: readonly string[];
  /** Globs on ids: only these rules, including the user's own. Empty means all. */
  readonly only?: readonly string[];
  /**
   * Ids that exist but are in none of the layers. Skipping a rule of another distribution is not an error,
   * so that one command line works for all of them.
   */
  readonly elsewhere?: readonly string[];
}

/**
 * The selected rules, in the order of the layers and of the rules within them.
 * @throws StillrootError `rule-unknown` for a glob that matches no id, `bad-glob` for an invalid one,
 *   `rule-file` for two rules with the same id
 */
export function selectRules(layers: readonly Layer[], selection: Selection = {}): Rule[] {
  const rules = layers.flatMap((layer) => layer.rules);
  checkUnique(rules);
  const ids = rules.map((rule) => rule.id);
  const known = [...ids, ...(selection.elsewhere ?? [])];
  const only = selection.only?.length ? matchIds('--only', selection.only, known) : undefined;
  const skipped = matchIds('--skip', selection.skip ?? [], known);
  return rules.filter(({ id }) => (only === undefined || only.has(id)) && !skipped.has(id));
}

function checkUnique(rules: readonly Rule[]): void {
  const sources = new Map<string, string>();
  for (const { id, source } of rules) {
    const earlier = sources.get(id);
    if (earlier !== undefined) {
      const hint = `The other one is in ${earlier}. Every rule needs a unique id.`;
      throw new StillrootError('rule-file', `two rules have the id '${id}'`, { where: source, hint });
    }
    sources.set(id, source);
  }
}

function matchIds(option: string, patterns: readonly string[], known: readonly string[]): Set<string> {
  const matched = new Set<string>();
  for (const pattern of patterns) {
    const glob = new Glob(pathFromText(pattern));
    // A wildcard without a layer applies to all layers: `*` is every rule.
    const anyLayer = pattern.includes('*') && !pattern.includes('/');
    const hits = known.filter((id) => glob.matches(anyLayer ? id.slice(id.indexOf('/') + 1) : id));
    if (hits.length === 0) {
      const names = known.length > 20 ? [] : known;
      const hint =
        suggest(pattern, known) === undefined && names.length === 0
          ? "'stillroot rules list' shows all ids."
          : didYouMean(pattern, known, 'rules');
      throw new StillrootError('rule-unknown', `no rule id matches '${pattern}'`, {
        where: option,
        hint,
      });
    }
    for (const id of hits) matched.add(id);
  }
  return matched;
}
