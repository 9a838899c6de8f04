import { MANAGERS } from '../../packages/managers.ts';
import { MOVES } from '../../packages/moved-directories.ts';
import { Glob } from '../../rules/glob.ts';
import type { Rule } from '../../rules/rule.ts';
import { ruleGlob } from '../../rules/rule-set.ts';
import { parentOf } from '../../tree/path.ts';

/**
 * Keeps only rules that can decide something about these paths: those with a pattern for one of them or for a directory
 * above, and those whose conditions name one. The others decide the same on both sides. The answer for each rule is
 * remembered.
 */
export function relevantRules(paths: Iterable<string>): (rules: readonly Rule[]) => Rule[] {
  const all = new Set<string>();
  for (const path of paths) for (let at = path; at !== ''; at = parentOf(at)) all.add(at);
  const known = [...all];
  const relevant = new Map<Rule, boolean>();
  function isRelevant(rule: Rule): boolean {
    const { match, when } = rule;
    const asked = [when?.exists ?? [], when?.missing ?? []].flat(2);
    const globs = [
      ...asked.map((pattern) => new Glob(pattern)),
      ...match.map((pattern) => ruleGlob(rule, pattern)),
    ];
    return known.some((path) => globs.some((glob) => glob.matches(path)));
  }
  return (rules) =>
    rules.filter((rule) => {
      const found = relevant.get(rule) ?? isRelevant(rule);
      relevant.set(rule, found);
      return found;
    });
}

/** Paths on which decisions about all others depend: if one of them differs, everything has to be examined. */
const INPUTS: readonly Glob[] = [
  ...['etc/{passwd,group,os-release}', 'usr/lib/os-release'],
  ...MANAGERS.flatMap(({ inputs }) => inputs),
  // For managers whose databases are not read, presence decides.
  ...['{var,usr}/lib/opkg/status', 'var/db/{xbps,pkg}'],
].map((pattern) => new Glob(pattern, 'path', MOVES));

/** Whether a path belongs to a database or list whose content decides what happens to other paths. */
export function decidesAboutOthers(path: string): boolean {
  return INPUTS.some((glob) => glob.matches(path));
}
