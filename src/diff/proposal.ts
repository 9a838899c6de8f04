import { isUtf8 } from 'node:buffer';
import type { HardLinkPolicy } from '../normalize/hard-links.ts';
import type { MtimePolicy } from '../normalize/mtime.ts';
import { USER_LAYER } from '../rules/layers.ts';
import type { Action, Condition, Rule } from '../rules/rule.ts';
import type { Replacement } from '../rules/substitution.ts';
import { nameOf, parentOf, pathToBytes } from '../tree/path.ts';
import { entryOf, type Finding } from './finding.ts';

/** Options of `pack` and `finalize`, for what rules cannot express. */
export interface ProposedOptions {
  readonly hardLinks?: HardLinkPolicy;
  readonly mtime?: MtimePolicy;
  readonly mapUid?: ReadonlyMap<number, number>;
  readonly mapGid?: ReadonlyMap<number, number>;
}

/** What would make two sides equal, on top of the rules that apply. */
export interface Proposal {
  readonly rules: readonly Rule[];
  /** Values of policies by name. */
  readonly policies: ReadonlyMap<string, string>;
  readonly options: ProposedOptions;
}

export const NO_PROPOSAL: Proposal = { rules: [], policies: new Map(), options: {} };

/** A proposal that consists of these rules alone. */
export function proposeRules(...rules: readonly Rule[]): Proposal {
  return { ...NO_PROPOSAL, rules };
}

/** Merges proposals: equal rules once, and different rules with the same id get a number appended. */
export function combineProposals(proposals: readonly Proposal[]): Proposal {
  const rules = new Map<string, Rule>();
  const policies = new Map<string, string>();
  let options: ProposedOptions = {};
  for (const proposal of proposals) {
    for (const rule of proposal.rules) addRule(rules, rule);
    for (const [name, value] of proposal.policies) policies.set(name, value);
    options = {
      ...options,
      ...proposal.options,
      mapUid: new Map([...(options.mapUid ?? []), ...(proposal.options.mapUid ?? [])]),
      mapGid: new Map([...(options.mapGid ?? []), ...(proposal.options.mapGid ?? [])]),
    };
  }
  return { rules: [...rules.values()], policies, options };
}

function addRule(rules: Map<string, Rule>, rule: Rule): void {
  const text = JSON.stringify({ ...rule, id: '' });
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? rule.id : `${rule.id}-${number}`;
    const known = rules.get(id);
    if (known === undefined) rules.set(id, { ...rule, id });
    else if (JSON.stringify({ ...known, id: '' }) !== text) continue;
    return;
  }
}

/** Rules that do the same become one rule with all their patterns. */
export function mergeMatches(proposal: Proposal): Proposal {
  const rules = new Map<string, Rule>();
  for (const rule of proposal.rules) {
    const key = JSON.stringify({ ...rule, id: '', match: [] });
    const known = rules.get(key);
    rules.set(
      key,
      known === undefined ? rule : { ...known, match: [...new Set([...known.match, ...rule.match])] },
    );
  }
  return { ...proposal, rules: [...rules.values()] };
}

/** Whether a proposal contains no rules, policies or options. */
export function isEmptyProposal(proposal: Proposal): boolean {
  return (
    proposal.rules.length === 0 &&
    proposal.policies.size === 0 &&
    optionArguments(proposal.options).length === 0
  );
}

/** The options as typed on the command line. */
export function optionArguments({ hardLinks, mtime, mapUid, mapGid }: ProposedOptions): string[] {
  return [
    ...(hardLinks === undefined ? [] : [`--hard-links ${hardLinks}`]),
    ...(mtime === undefined ? [] : [`--mtime ${mtime}`]),
    ...[...(mapUid ?? [])].map(([from, to]) => `--map-uid ${from}:${to}`),
    ...[...(mapGid ?? [])].map(([from, to]) => `--map-gid ${from}:${to}`),
  ];
}

// Rules made for a difference. They name literal paths or one directory, never more than was seen.

/** For more files of one kind than this, a rule names the directory and the extension instead of each file. */
const LITERAL_PATHS_MAX = 12;

/** A pattern that matches exactly this path. */
export function globOf(path: string): string {
  return path.replace(/[\\*?[\]{}]/g, '\\$&');
}

/** A rule for `--propose`; by default its patterns match exactly `paths`. */
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
 * A proposal to drop what differs, by name.
 *
 * @param why a sentence that says what regenerates it, from a table
 */
export function dropAll(findings: readonly Finding[], why: string): Proposal {
  const paths = findings.map(({ path }) => path);
  const areFiles = findings.every((finding) => entryOf(finding).type === 'file');
  const rest = areFiles ? { when: { type: 'file' as const } } : {};
  const reason = `Differs from build to build. ${why}`;
  return proposeRules(proposedRule('varies', paths, { do: 'drop' }, reason, rest));
}

/** Many files with one extension become one pattern below their common directory; a few are listed by name. */
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

// Rules and policies as a user's file has them: src/rules/user-file.ts reads it.

/** @param comments lines for the head of the file, as text */
export function proposalToml(proposal: Proposal, comments: readonly string[] = []): string {
  const options = optionArguments(proposal.options);
  const head = [
    ...comments,
    ...(options.length === 0 ? [] : [`To be used together with: ${options.join(' ')}`]),
  ];
  const policies = [...proposal.policies].map(([name, value]) => `${name} = ${quote(value)}`);
  const sections = [
    ...(head.length === 0 ? [] : [head.map((line) => `# ${line}`).join('\n')]),
    ...(policies.length === 0 ? [] : [['[policies]', ...policies].join('\n')]),
    ...proposal.rules.map(ruleToml),
  ];
  return sections.length === 0 ? '' : `${sections.join('\n\n')}\n`;
}

/** A rule as a TOML table of a rules file, without its source. */
export function ruleToml({ id, match, except, when, action, why }: Rule): string {
  const lines: [key: string, value: string][] = [
    ['id', quote(id.slice(id.indexOf('/') + 1))],
    ['match', patterns(match)],
  ];
  if (except !== undefined) lines.push(['except', patterns(except)]);
  if (when !== undefined) lines.push(['when', condition(when)]);
  lines.push(['action', quote(action.do)]);
  switch (action.do) {
    case 'replace':
      lines.push(['content', quoteBytes(action.content)]);
      break;
    case 'rewrite':
      lines.push(['normalizer', quote(action.normalizer)]);
      break;
    case 'substitute':
      lines.push(['replacements', replacements(action.replacements)]);
      break;
    case 'link':
      lines.push(['target', quoteBytes(action.target)]);
      break;
    case 'owner':
      if (action.user !== undefined) lines.push(['user', account(action.user)]);
      if (action.group !== undefined) lines.push(['group', account(action.group)]);
      break;
    case 'mode':
      lines.push(['mode', octal(action.mode)]);
      break;
    case 'add': {
      const { entry } = action;
      lines.push(['type', quote(entry.type)]);
      if (entry.type === 'symlink') lines.push(['target', quoteBytes(entry.target)]);
      else lines.push(['mode', octal(entry.mode)]);
      if (entry.type === 'file') lines.push(['content', quoteBytes(entry.content)]);
      break;
    }
    default:
      break;
  }
  lines.push(['why', quoteBytes(why)]);
  return ['[[rule]]', ...lines.map(([key, value]) => `${key} = ${value}`)].join('\n');
}

function patterns(globs: readonly string[]): string {
  const quoted = globs.map((glob) => quote(patternText(glob)));
  if (quoted.length === 1) return quoted[0] as string;
  return quoted.length <= 2
    ? `[${quoted.join(', ')}]`
    : `[\n${quoted.map((each) => `  ${each},\n`).join('')}]`;
}

function replacements(all: readonly Replacement[]): string {
  const tables = all.map(
    ({ pattern, with: text }) => `{ pattern = ${literal(pattern)}, with = ${literal(text)} }`,
  );
  return tables.length === 1 ? (tables[0] as string) : `[\n${tables.map((each) => `  ${each},\n`).join('')}]`;
}

/** A literal string of TOML, which has no escapes, where the text allows it. */
function literal(bytes: string): string {
  const text = bytesText(bytes);
  return /^[^'\p{C}\p{Zl}\p{Zp}]*$/u.test(text) ? `'${text}'` : quote(text);
}

/** A rules file is text: a byte that is not is written as `?`, which matches it. */
function patternText(glob: string): string {
  if (isUtf8(pathToBytes(glob))) return bytesText(glob);
  return glob.replace(/[\x80-\xff]/g, '?');
}

function condition({ type, bits, policy, ...rest }: Condition): string {
  const parts: string[] = [];
  if (type !== undefined) parts.push(`type = ${typeof type === 'string' ? quote(type) : list(type)}`);
  for (const [key, value] of Object.entries(rest)) {
    parts.push(`${key} = ${conditionValue(value)}`);
  }
  if (bits !== undefined) parts.push(`bits = ${octal(bits)}`);
  if (policy !== undefined) {
    const value = typeof policy.value === 'string' ? quote(policy.value) : list(policy.value);
    parts.push(`policy = { name = ${quote(policy.name)}, value = ${value} }`);
  }
  return `{ ${parts.join(', ')} }`;
}

function conditionValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(conditionValue).join(', ')}]`;
  return typeof value === 'string' ? quoteBytes(value) : String(value);
}

function list(values: readonly string[]): string {
  return `[${values.map(quote).join(', ')}]`;
}

function octal(mode: number): string {
  return quote(mode.toString(8).padStart(4, '0'));
}

function account(id: number | string): string {
  return typeof id === 'number' ? String(id) : quoteBytes(id);
}

function quoteBytes(bytes: string): string {
  return quote(bytesText(bytes));
}

function bytesText(bytes: string): string {
  return pathToBytes(bytes).toString('utf8');
}

/** What a reader of the file would not see, or would see as something else; more than TOML forbids. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A basic string of TOML, which knows all of JSON's escapes. */
function quote(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, (char) => {
    const code = (char.codePointAt(0) as number).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
}
