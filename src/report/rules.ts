/** Rules and policies: the list, one of them, what they do to one path, and the whole reference. */
import type { ValueChange } from '../app/explain-values.ts';
import type { Explanation, RuleTrace } from '../rules/explain.ts';
import { UNTESTED_LAYERS } from '../rules/layers.ts';
import type { Policy } from '../rules/policies.ts';
import type { Rule } from '../rules/rule.ts';
import { showPath } from '../tree/path.ts';
import {
  type Block,
  BREAK,
  code,
  facts,
  GAP,
  good,
  indented,
  joined,
  line,
  paragraph,
  prose,
  quiet,
  section,
  strong,
  type Text,
  table,
  title,
  warn,
} from './document.ts';
import { renderMarkdown } from './markdown.ts';
import { actionText, conditionText, oneLine, outcomeText, valuesText } from './rule-text.ts';

/** The report of `rules list`. */
export function ruleList(rules: readonly Rule[], policies: readonly Policy[]): Block[] {
  return [
    table(
      [],
      rules.map(({ id, action, match }) => [id, actionText(action), match.map(showPath).join(' ')]),
    ),
    GAP,
    line(strong('Policies (--policy NAME=VALUE; the default has a star)')),
    table(
      [],
      policies.map((policy) => [policy.name, valuesText(policy)]),
    ),
  ];
}

/** The report of `rules show` for a rule. */
export function ruleReport(rule: Rule): Block[] {
  const { id, action, match, except = [], when, why, source } = rule;
  return [
    title(strong(id)),
    indented(
      facts(
        ['action', actionText(action)],
        ...match.map((glob) => ['match', showPath(glob)] as const),
        ...except.map((glob) => ['except', showPath(glob)] as const),
        ...(when === undefined ? [] : [['when', conditionText(rule)] as const]),
        ['why', oneLine(why)],
        ['source', oneLine(source)],
      ),
    ),
  ];
}

/** The report of `rules show` for a policy. */
export function policyReport(policy: Policy): Block[] {
  const { name, what, why } = policy;
  return [
    title(strong(name), ' (policy)'),
    indented(facts(['values', valuesText(policy)], ['what', what], ['why', why])),
  ];
}

/**
 * @param values what the decisions come to; without it that is not told
 * @param notes what was found on the way, such as why a normalizer left a file as it was
 */
export function explainReport(
  explanation: Explanation,
  values: readonly ValueChange[] = [],
  notes: readonly string[] = [],
): Block[] {
  const { path, rules } = explanation;
  return [
    title(strong(showPath(path) || '/'), `: ${outcomeText(explanation)}`),
    indented(
      facts(...values.map(({ what, from, to }) => [what, `${from} -> ${to}`] as const)),
      ...notes.map((note) => line(warn('warning'), ` ${note}`)),
      ...(rules.length === 0 ? [line('no rule matches')] : rules.flatMap(traceLines)),
    ),
  ];
}

function traceLines({ rule, pattern, except, failed, applies, wins }: RuleTrace): Block[] {
  const reasons = [
    ...(except === undefined ? [] : [`excepted by ${showPath(except)}`]),
    ...failed.map((part) => `condition ${part} is not met`),
    ...(applies ? [] : ['not for entries of this type']),
  ];
  const verdict =
    reasons.length > 0 ? reasons.join('; ') : wins.length > 0 ? good('decides') : 'overruled by a later rule';
  return [
    line(`${rule.id}: ${actionText(rule.action)} (${showPath(pattern)}) - `, verdict),
    indented(indented(line(oneLine(rule.why)), line(quiet(oneLine(rule.source))))),
  ];
}

/** All rules by layer with their reasons and sources, and all policies, as a page of Markdown. */
export function ruleReference(rules: readonly Rule[], policies: readonly Policy[]): string {
  const layers = Map.groupBy(rules, ({ id }) => id.slice(0, id.indexOf('/')));
  const names = [...layers.keys(), 'policies'];
  return renderMarkdown([
    title('Rule reference'),
    paragraph(
      prose(
        'Written by `stillroot rules list --markdown`. README.md beside this file says how rules are decided.',
      ),
    ),
    paragraph(
      joined(
        names.map((name) => ({ text: name, to: name })),
        ' - ',
      ),
    ),
    ...[...layers].map(([layer, own]) => layerSection(layer, own)),
    section(
      'policies',
      [
        paragraph(prose('Chosen with `--policy NAME=VALUE`; the value with a star is the default.')),
        table(
          ['policy', 'values', 'what', 'why'],
          policies.map((policy) => [
            code(policy.name),
            code(valuesText(policy)),
            prose(policy.what),
            prose(policy.why),
          ]),
        ),
      ],
      'policies',
    ),
  ]);
}

function layerSection(layer: string, rules: readonly Rule[]): Block {
  const origin = Object.hasOwn(UNTESTED_LAYERS, layer) ? UNTESTED_LAYERS[layer] : undefined;
  const untested = `Untested: these rules were written from ${origin}, and never tested on a real tree. Reports on a tree with this layer say so (\`rules-untested\`).`;
  return section(
    layer,
    [
      ...(origin === undefined ? [] : [paragraph(prose(untested))]),
      table(['rule', 'paths', 'action', 'why', 'source'], rules.map(ruleCells)),
    ],
    layer,
  );
}

function ruleCells(rule: Rule): Text[] {
  const { id, match, except = [], when, action, why, source } = rule;
  const paths = [
    ...match.map((glob) => code(showPath(glob))),
    ...except.map((glob) => ['not ', code(showPath(glob))]),
  ];
  const condition = when === undefined ? [] : [['where ', code(conditionText(rule))]];
  return [
    code(id.slice(id.indexOf('/') + 1)),
    joined(paths, BREAK),
    joined([code(actionText(action)), ...condition], BREAK),
    prose(oneLine(why)),
    prose(oneLine(source)),
  ];
}
