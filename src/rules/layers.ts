import { StillrootError } from '../errors.ts';
import type { Rule } from './rule.ts';
import { didYouMean } from './suggest.ts';

/** The layer of the rules that users write. It comes last, so it has the last word. */
export const USER_LAYER = 'user';

/**
 * Layers whose rules were written from documents and sources alone, and never tested on a tree that the package
 * manager itself had made. The values are what they were written from.
 */
export const UNTESTED_LAYERS: Readonly<Record<string, string>> = {
  xbps: "xbps's manual pages and sources",
  portage: "portage's sources and Gentoo's wiki",
  opkg: "OpenEmbedded's classes and the file formats of opkg",
};

/** Names of the untested layers that these rules are from, in the order of the rules. */
export function untestedLayers(rules: readonly Rule[]): string[] {
  const layers = new Set(rules.map(({ id }) => id.slice(0, id.indexOf('/'))));
  return [...layers].filter((layer) => Object.hasOwn(UNTESTED_LAYERS, layer));
}

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
      throw new StillrootError('usage', `there are no rules for '${name}'`, { hint });
    }
    return { name, rules };
  });
  return userRules.length === 0 ? layers : [...layers, { name: USER_LAYER, rules: userRules }];
}
