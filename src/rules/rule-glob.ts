import { MOVES } from '../tree/moved-directories.ts';
import { Glob } from './glob.ts';
import { USER_LAYER } from './layers.ts';
import type { Rule } from './rule.ts';

/**
 * A pattern of a rule. In the tables `etc/...` and `var/...` stand for the file wherever systems move that directory
 * to; in a user's rule a pattern is what it says.
 *
 * @throws GlobError (`bad-glob`)
 */
export function ruleGlob({ id }: Pick<Rule, 'id'>, pattern: string): Glob {
  return new Glob(pattern, 'path', id.startsWith(`${USER_LAYER}/`) ? [] : MOVES);
}
