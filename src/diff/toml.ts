/** Rules and policies as a user's file has them: src/rules/user-file.ts reads it. */
import { isUtf8 } from 'node:buffer';
import type { Condition, Rule } from '../rules/rule.ts';
import { pathToBytes } from '../tree/path.ts';
import { optionArguments, type Proposal } from './proposal.ts';

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

/** A file of rules is text: a byte that is none stands as `?` there, which matches it. */
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

/** A basic string of TOML: JSON's escapes are among its own, and it has no raw DEL. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}
