import { MOVES } from '../tree/moved-directories.ts';
import { Glob } from './glob.ts';
import { USER_LAYER } from './layers.ts';
import type { Rule } from './rule.ts';

/** Those of the tables, which are the same for every tree; a user's rules are read once. */
const compiled = new Map<string, Glob>();

/**
 * A pattern of a rule. In the tables `etc/...` and `var/...` stand for the file wherever systems move that directory
 * to; in a user's rule a pattern is what it says.
 *
 * @throws GlobError (`bad-glob`)
 */
export function ruleGlob({ id }: Pick<Rule, 'id'>, pattern: string): Glob {
  if (id.startsWith(`${USER_LAYER}/`)) return new Glob(pattern, 'path', []);
  let glob = compiled.get(pattern);
  if (glob === undefined) {
    glob = new Glob(pattern, 'path', MOVES);
    compiled.set(pattern, glob);
  }
  return glob;
}
