/** Reports on rules and policies: the list, a single one, their effect on one path, and the whole reference. */
import type { ValueChange } from '../app/explain-values.ts';
import { isUntried, TRIED_WITH } from '../rules/evidence.ts';
import type { Explanation, RuleTrace } from '../rules/explain.ts';
import type { Policy } from '../rules/policies.ts';
import type { Action, Condition, Rule } from '../rules/rule.ts';
import { type Mention, mentionText } from '../rules/script-mentions.ts';
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

/** Lines of package scripts shown of a path; --json has more. */
const TOP_MENTIONS = 3;

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
export function ruleReport(rule: Rule, policies: readonly Policy[]): Block[] {
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
        ...(rule.toDecide ? [['decided by', choicesOf(rule, policies).join(' or ')] as const] : []),
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
 * @param values the resulting values; not shown if omitted
 * @param notes what was noticed on the way, such as why a normalizer left a file as it was
 * @param mentions lines of package scripts about the path
 */
export function explainReport(
  explanation: Explanation,
  values: readonly ValueChange[] = [],
  notes: readonly string[] = [],
  mentions: readonly Mention[] = [],
): Block[] {
  const { path, rules } = explanation;
  return [
    title(strong(showPath(path) || '/'), `: ${outcomeText(explanation)}`),
    indented(
      facts(...values.map(({ what, from, to }) => [what, `${from} -> ${to}`] as const)),
      ...notes.map((note) => line(warn('warning'), ` ${note}`)),
      ...mentions.slice(0, TOP_MENTIONS).map((each) => line(mentionLine(each))),
      ...(rules.length === 0
        ? [line('no rule matches')]
        : rules.flatMap((trace) => traceLines(trace, explanation))),
    ),
  ];
}

/** Such as `written by PACKAGE's postinst, line 12: cat > /etc/x`. */
export function mentionLine(mention: Mention): string {
  return `${mentionText(mention)}: ${showPath(mention.text.replaceAll('\t', ' '))}`;
}

function traceLines(
  { rule, pattern, except, failed, applies, wins }: RuleTrace,
  { outcome }: Pick<Explanation, 'outcome'>,
): Block[] {
  const reasons = [
    ...(except === undefined ? [] : [`excepted by ${showPath(except)}`]),
    ...failed.map((part) => `condition ${part} is not met`),
    ...(applies ? [] : ['not for entries of this type']),
  ];
  const overruled = outcome === 'missing' ? 'matches such a path' : 'overruled by a later rule';
  const verdict = reasons.length > 0 ? reasons.join('; ') : wins.length > 0 ? good('decides') : overruled;
  return [
    line(`${rule.id}: ${actionText(rule.action)} (${showPath(pattern)}) - `, verdict),
    indented(indented(paragraph(unbroken(rule.why)), paragraph(quiet(unbroken(rule.source))))),
  ];
}

/** All rules by layer with their reasons and sources, and all policies, as a page of Markdown. */
export function ruleReference(rules: readonly Rule[], policies: readonly Policy[]): string {
  const layers = Map.groupBy(rules, ({ id }) => id.slice(0, id.indexOf('/')));
  const undecided = rules.filter(({ toDecide }) => toDecide);
  const names = [...(undecided.length === 0 ? [] : [TO_DECIDE]), ...layers.keys(), 'policies'];
  return renderMarkdown([
    title('Rule reference'),
    paragraph(
      prose(
        'Written by `stillroot rules list --markdown`. README.md beside this file says how rules are decided.',
      ),
    ),
    paragraph(
      joined(
        names.map((name) => ({ text: name, to: anchorOf(name) })),
        ' - ',
      ),
    ),
    ...(undecided.length === 0 ? [] : [decisionSection(undecided, policies)]),
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

const TO_DECIDE = 'varies, and must be decided by you';

/** The name by which a page refers to its heading. */
function anchorOf(heading: string): string {
  return heading.replaceAll(',', '').replaceAll(' ', '-');
}

function decisionSection(rules: readonly Rule[], policies: readonly Policy[]): Block {
  const what =
    'Two bootstraps of one package set differ in these files, and a system needs them or somebody may have chosen them. So they stay as they are, and every report names them with the advice below. A policy decides for all files of a kind, your own rule for one of them.';
  return section(
    TO_DECIDE,
    [
      paragraph(prose(what)),
      table(
        ['paths', 'what varies, and what to do', 'decided by', 'rule'],
        rules.map((rule) => [
          joined(
            rule.match.map((glob) => code(showPath(glob))),
            BREAK,
          ),
          prose(oneLine(rule.why)),
          joined(choicesOf(rule, policies).map(code), BREAK),
          code(rule.id),
        ]),
      ),
    ],
    anchorOf(TO_DECIDE),
  );
}

/** Options that select what else happens to the paths of a rule. */
export function choicesOf({ when }: Rule, policies: readonly Policy[]): string[] {
  const name = when?.policy?.name;
  const values = policies.find((policy) => policy.name === name)?.values ?? [];
  const others = values.filter((value) => ![when?.policy?.value].flat().includes(value));
  return others.length === 0 ? ['--rules FILE'] : others.map((value) => `--policy ${name}=${value}`);
}

function layerSection(layer: string, rules: readonly Rule[]): Block {
  const untried = new Set(rules.filter(isUntried));
  const tried = TRIED_WITH[layer];
  const head = ['rule', 'paths', 'action', 'why', 'source', ...(untried.size === 0 ? [] : ['evidence'])];
  const rows = rules.map((rule) => [
    ...ruleCells(rule),
    ...(untried.size === 0 ? [] : [untried.has(rule) ? 'documents only, never tried' : 'tried']),
  ]);
  const what = tried === undefined ? [] : [paragraph(prose(`Tried with ${tried}.`))];
  return section(layer, [...what, table(head, rows)], layer);
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

/** All values; the default has a star. */
function valuesText({ values, default: standard }: Policy): string {
  return values.map((value) => (value === standard ? `${value}*` : value)).join(' ');
}

/** The reason or source of a rule in one line; in a user's file it may span several. */
function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

/** For a paragraph, whose lines begin wherever the width has it: none where the text of a stranger's rule has one. */
function unbroken(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, '\u00a0');
}

/** The conditions of a rule in one line; empty if there are none. */
export function conditionText({ when = {} }: Rule): string {
  const { policy, bits, ...others } = when;
  return [
    ...Object.entries(others).map(([name, value]) => `${name} ${[value].flat().map(valueText).join(' or ')}`),
    ...(bits === undefined ? [] : [`bits 0${bits.toString(8)}`]),
    ...(policy === undefined ? [] : [policyText(policy)]),
  ].join(', ');
}

/** Paths and names are byte strings. */
function valueText(value: string | number | boolean): string {
  return typeof value === 'string' ? showPath(value) : String(value);
}

function policyText({ name, value }: NonNullable<Condition['policy']>): string {
  return `policy ${name}=${typeof value === 'string' ? value : value.join('|')}`;
}

/** An action in one line, as `rules list` shows it. */
export function actionText(action: Action): string {
  switch (action.do) {
    case 'replace':
      return `replace with ${quoted(action.content)}`;
    case 'rewrite':
      return `rewrite ${action.normalizer}`;
    case 'substitute':
      return action.replacements
        .map(({ pattern, with: text }) => `substitute ${quoted(pattern)} with ${quoted(text)}`)
        .join(', ');
    case 'link':
      return `link to ${showPath(action.target)}`;
    case 'owner':
      return `owner ${valueText(action.user ?? '')}:${valueText(action.group ?? '')}`;
    case 'mode':
      return `mode 0${action.mode.toString(8)}`;
    case 'add':
      return `add ${action.entry.type}`;
    default:
      return action.do;
  }
}

function quoted(bytes: string): string {
  return `"${showPath(bytes).replaceAll('"', '\\"')}"`;
}

/** What happens to a path, as a clause. */
export function outcomeText({
  entry,
  outcome,
  dropped,
  restoredFor,
  decision,
  addition,
}: Explanation): string {
  const type = entry?.type ?? 'nothing';
  switch (outcome) {
    case 'missing':
      return 'is not in the tree';
    case 'unchanged':
      return `${type}, unchanged by any rule`;
    case 'dropped':
      return `${type}, dropped by ${dropped?.rule.id}${dropped?.by === undefined || dropped.by === entry?.path ? '' : ` with ${showPath(dropped.by)}`}`;
    case 'restored':
      return `${type}, stays because ${showPath(restoredFor ?? '')} is kept`;
    case 'added':
      return `added by ${addition?.rule.id}`;
    case 'changed': {
      const choices = [decision?.content, decision?.owner, decision?.mode].filter(
        (choice) => choice !== undefined,
      );
      return `${type}, ${choices.map(({ rule, action }) => `${actionText(action)} by ${rule.id}`).join(', ')}`;
    }
  }
}
