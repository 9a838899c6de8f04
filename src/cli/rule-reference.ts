import { UNTESTED_LAYERS } from '../rules/layers.ts';
import type { Policy } from '../rules/policies.ts';
import type { Rule } from '../rules/rule.ts';
import { showPath } from '../tree/path.ts';
import { actionText, conditionText, oneLine, valuesText } from './rule-text.ts';

/** All rules by layer with their reasons and sources, and all policies, as a page of Markdown. */
export function ruleReference(rules: readonly Rule[], policies: readonly Policy[]): string {
  const layers = Map.groupBy(rules, ({ id }) => id.slice(0, id.indexOf('/')));
  const sections = [...layers].map(([layer, own]) => layerSection(layer, own));
  const lines = [
    '# Rule reference',
    '',
    'Written by `stillroot rules list --markdown`. README.md beside this file says how rules are decided.',
    '',
    [...layers.keys(), 'policies'].map((name) => `[${name}](#${name})`).join(' - '),
    ...sections.flat(),
    '',
    '## policies',
    '',
    'Chosen with `--policy NAME=VALUE`; the value with a star is the default.',
    ...table(
      ['policy', 'values', 'what', 'why'],
      policies.map((policy) => [code(policy.name), code(valuesText(policy)), policy.what, policy.why]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function layerSection(layer: string, rules: readonly Rule[]): string[] {
  const origin = Object.hasOwn(UNTESTED_LAYERS, layer) ? UNTESTED_LAYERS[layer] : undefined;
  const untested =
    origin === undefined
      ? []
      : [
          '',
          `Untested: these rules were written from ${origin}, and never tested on a real tree. Reports on a tree with this layer say so (\`rules-untested\`).`,
        ];
  return [
    '',
    `## ${layer}`,
    ...untested,
    ...table(['rule', 'paths', 'action', 'why', 'source'], rules.map(ruleCells)),
  ];
}

function ruleCells(rule: Rule): string[] {
  const { id, match, except = [], when, action, why, source } = rule;
  const excepts = except.map((glob) => `not ${code(showPath(glob))}`);
  const condition = when === undefined ? [] : [`where ${code(conditionText(rule))}`];
  return [
    code(id.slice(id.indexOf('/') + 1)),
    [...match.map((glob) => code(showPath(glob))), ...excepts].join('<br>'),
    [code(actionText(action)), ...condition].join('<br>'),
    plainText(why),
    plainText(source),
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return ['', line(heads), `| ${heads.map(() => '---').join(' | ')} |`, ...rows.map(line)];
}

/** A bar ends a cell even in code, unless it has a backslash before it. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Nothing in a user's own reason is a link, an image, a tag or a new line. */
function plainText(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('](', '\\](')
    .replaceAll('![', '\\![');
}

/** With as many backquotes around it as it takes. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([quotes]) => quotes.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${text}${space}${fence}`;
}
