/** Rules that are made for a difference. All of them name literal paths or one directory, never more than was seen. */
import { USER_LAYER } from '../rules/layers.ts';
import type { Action, Condition, Rule } from '../rules/rule.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import { entryOf, type Finding } from './finding.ts';
import { type Proposal, proposeRules } from './proposal.ts';

/** A rule for more files than this of one kind names the directory and the ending instead of each of them. */
export const LITERAL_PATHS_MAX = 12;

/** A pattern that matches exactly this path. */
export function globOf(path: string): string {
  return path.replace(/[\\*?[\]{}]/g, '\\$&');
}

export function proposedRule(
  purpose: string,
  paths: readonly string[],
  action: Action,
  why: string,
  rest: { readonly match?: readonly string[]; readonly when?: Condition } = {},
): Rule {
  const [first = ''] = paths;
  const slug = `${purpose}-${first}`
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '');
  return {
    id: `${USER_LAYER}/${slug.slice(0, 80)}`,
    match: rest.match ?? paths.map(globOf),
    ...(rest.when === undefined ? {} : { when: rest.when }),
    action,
    why,
    source: 'stillroot diff',
  };
}

/**
 * To leave out what differs, by name.
 *
 * @param why a sentence that says who makes it again, from a table
 */
export function dropAll(findings: readonly Finding[], why: string): Proposal {
  const paths = findings.map(({ path }) => path);
  const areFiles = findings.every((finding) => entryOf(finding).type === 'file');
  const rest = areFiles ? { when: { type: 'file' as const } } : {};
  const reason = `Differs from build to build. ${why}`;
  return proposeRules(proposedRule('varies', paths, { do: 'drop' }, reason, rest));
}

/** Many files of one ending as one pattern below the directory that all of them share; a few, each by name. */
export function patternsOf(paths: readonly string[]): string[] {
  if (paths.length <= LITERAL_PATHS_MAX) return paths.map(globOf);
  const endings = new Set(paths.map(endingOf));
  if (endings.has('')) return paths.map(globOf);
  const directory = commonDirectory(paths);
  const inside = directory === '' ? '**/' : `${globOf(directory)}/**/`;
  return [...endings].sort().map((ending) => `${inside}*${globOf(ending)}`);
}

function endingOf(path: string): string {
  return /[^.](\.[0-9A-Za-z_]+)$/.exec(nameOf(path))?.[1] ?? '';
}

function commonDirectory(paths: readonly string[]): string {
  let common = parentOf(paths[0] ?? '');
  for (const path of paths) {
    while (common !== '' && !path.startsWith(`${common}/`)) common = parentOf(common);
  }
  return common;
}
