import type { ValueChange } from '../app/explain-values.ts';
import { mentionDocument } from '../app/line-documents.ts';
import { readRuleFile } from '../app/named-files.ts';
import { outside } from '../app/outside.ts';
import { findTypedPath } from '../app/path-patterns.ts';
import { planTree } from '../app/plan-tree.ts';
import { READ_OPTIONS } from '../app/work-options.ts';
import type { ExplainDocument, RulesDocument } from '../documents/rules.ts';
import { StillrootError } from '../errors.ts';
import {
  actionText,
  choicesOf,
  explainReport,
  outcomeText,
  policyReport,
  ruleList,
  ruleReference,
  ruleReport,
} from '../report/rules.ts';
import type { Explanation } from '../rules/explain.ts';
import { POLICIES, type Policy } from '../rules/policies.ts';
import type { Rule } from '../rules/rule.ts';
import type { Mention } from '../rules/script-mentions.ts';
import { didYouMean, suggest } from '../rules/suggest.ts';
import { TABLES } from '../rules/tables/index.ts';
import { flag } from '../settings/option.ts';
import { parseRuleFiles, resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import { isDirectory, isFile } from '../system/files.ts';
import { quoteWord } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import { EXIT_OK } from './exit.ts';
import { sourceOpener } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, type VerbModule, word, words } from './verb.ts';

const ACTIONS: readonly string[] = ['list', 'show', 'explain'];

/** Of rules and policies. */
const names = (): readonly string[] => [
  ...Object.values(TABLES).flatMap((rules) => rules.map(({ id }) => id)),
  ...POLICIES.map(({ name }) => name),
];

const POSITIONALS = {
  action: word('list (the default), show or explain', { completes: () => ACTIONS }),
  arguments: words(
    'show: an id; explain: a tree or archive, and a path in it (\\xNN for a byte, \\\\ for a backslash)',
    { completes: { show: names, explain: 'input' } },
  ),
};
const OPTIONS = {
  ...TREE_OPTIONS,
  ...READ_OPTIONS,
  markdown: flag({
    option: 'markdown',
    group: 'Reports',
    text: 'list: the whole rule reference as Markdown',
  }),
};
type RulesArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const rules: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['rules list', 'all rules and policies'],
    ['rules list --markdown', 'the same as Markdown, with reasons and sources'],
    ['rules show common/machine-id-empty', 'one rule, with its reason and source'],
    ['rules explain rootfs /etc/machine-id', 'what happens to one path, and which rule decides'],
    ["rules explain rootfs 'srv/caf\\xe9'", 'a name that is not UTF-8, as check prints it'],
  ],
  run: runRules,
});

/** The report is itself the answer to the request. */
const ANSWER = { status: EXIT_OK, isAnswer: true } as const;

async function runRules(args: RulesArguments, terminal: Terminal): Promise<Outcome | number> {
  const { action = 'list', arguments: names } = args;
  if (args.markdown && (action !== 'list' || args.json)) {
    const hint = 'Use it with rules list, without --json.';
    throw new StillrootError('usage', 'only applies to the list', { where: '--markdown', hint });
  }
  if (action === 'list') return listRules(args, names, terminal);
  if (action === 'show') return showRule(args, names);
  if (action === 'explain') return explainPath(args, names, terminal);
  const meant = suggest(action, ACTIONS);
  throw new StillrootError(
    'usage',
    `invalid action ${JSON.stringify(action)}, wanted ${ACTIONS.join(', ')}`,
    {
      where: 'rules',
      hint: meant === undefined ? 'See stillroot rules --help.' : `Did you mean '${meant}'?`,
    },
  );
}

/** @param wanted names of the arguments, and an example of each */
function wantArguments(
  action: string,
  names: readonly string[],
  wanted: readonly (readonly [string, string])[],
): void {
  const where = `rules ${action}`;
  const hint = 'See stillroot rules --help.';
  const missing = wanted.slice(names.length).map(([name]) => name);
  if (missing.length > 0) {
    const given = [...names, ...wanted.slice(names.length).map(([, example]) => example)].map(quoteWord);
    const reason = `missing ${missing.join(' and ')}, for example stillroot ${where} ${given.join(' ')}`;
    throw new StillrootError('usage', reason, { where, hint });
  }
  const extra = names[wanted.length];
  if (extra === undefined) return;
  throw new StillrootError('usage', `unexpected argument ${JSON.stringify(extra)}`, { where, hint });
}

async function allRules(args: RulesArguments): Promise<Rule[]> {
  const user = await parseRuleFiles(await Promise.all(args.ruleFiles.map(readRuleFile)));
  return [...Object.values(TABLES).flat(), ...user.rules];
}

async function listRules(
  args: RulesArguments,
  names: readonly string[],
  terminal: Terminal,
): Promise<Outcome | number> {
  wantArguments('list', names, []);
  const all = await allRules(args);
  if (args.markdown) {
    terminal.out(ruleReference(all, POLICIES));
    return EXIT_OK;
  }
  return {
    ...ANSWER,
    document: () => rulesDocument(all, POLICIES),
    report: () => ruleList(all, POLICIES),
  };
}

async function showRule(args: RulesArguments, names: readonly string[]): Promise<Outcome> {
  wantArguments('show', names, [['ID', 'common/machine-id-empty']]);
  const [name = ''] = names;
  const all = await allRules(args);
  const rule = all.find(({ id }) => id === name);
  if (rule !== undefined) {
    return {
      ...ANSWER,
      document: () => rulesDocument([rule], undefined),
      report: () => ruleReport(rule, POLICIES),
    };
  }
  const policy = POLICIES.find((each) => each.name === name);
  if (policy !== undefined) {
    const document = (): RulesDocument => rulesDocument(undefined, [policy]);
    return { ...ANSWER, document, report: () => policyReport(policy) };
  }
  const known = [...all.map(({ id }) => id), ...POLICIES.map((each) => each.name)];
  throw new StillrootError('rule-unknown', `there is no rule or policy ${JSON.stringify(name)}`, {
    where: 'rules show',
    hint:
      suggest(name, known) === undefined
        ? 'stillroot rules list shows all.'
        : didYouMean(name, known, 'names'),
  });
}

async function explainPath(
  args: RulesArguments,
  names: readonly string[],
  terminal: Terminal,
): Promise<Outcome> {
  wantArguments('explain', names, [
    ['SOURCE', 'rootfs'],
    ['PATH', 'etc/machine-id'],
  ]);
  const [sourcePath = '', typed = ''] = names;
  const exists = (path: string): boolean => isFile(path) || isDirectory(path);
  if (!exists(sourcePath) && exists(typed)) {
    throw new StillrootError('usage', 'no such file or directory', {
      where: sourcePath,
      hint: `Did you mean stillroot rules explain ${quoteWord(typed)} ${quoteWord(sourcePath)}?`,
    });
  }
  const { loadPathHashes } = await import('../pack/path-hash.ts');
  const { forInode } = await loadPathHashes();
  const settings = await resolveTreeSettings(args, outside(terminal));
  const planned = await planTree(sourcePath, settings, forInode, {
    clock: terminal.clock(),
    open: sourceOpener(args, terminal),
  });
  const { plan, rules: active, context, distro } = planned;
  const { source } = plan;
  try {
    const { explain } = await import('../rules/explain.ts');
    const path = findTypedPath(source.tree, typed);
    const explanation = explain(source.tree, active, context, path);
    const { valueChanges } = await import('../app/explain-values.ts');
    const values = valueChanges(plan, path);
    const notes = plan.warnings.filter((each) => each.path === path && path !== '');
    const mentions = planned.inspection.ownership?.mentionsOf(path) ?? [];
    const said = notes.map(({ code, message }) => `${code}: ${message}`);
    return {
      ...ANSWER,
      document: () => explanationDocument(explanation, distro, values, said, mentions),
      report: () => explainReport(explanation, values, said, mentions),
    };
  } finally {
    source.close();
  }
}

/** What `rules --json` prints; undefined for what is not requested. */
function rulesDocument(
  rules: readonly Rule[] | undefined,
  policies: readonly Policy[] | undefined,
): RulesDocument {
  return {
    schema: 'stillroot/rules/1',
    ...(rules === undefined ? {} : { rules: rules.map(ruleRow) }),
    ...(policies === undefined ? {} : { policies }),
  };
}

function ruleRow(rule: Rule): NonNullable<RulesDocument['rules']>[number] {
  return {
    id: rule.id,
    action: actionText(rule.action),
    match: rule.match.map(showPath),
    except: (rule.except ?? []).map(showPath),
    ...(rule.when === undefined ? {} : { when: { ...rule.when } }),
    why: rule.why,
    source: rule.source,
    toDecide: rule.toDecide === true,
    ...(rule.toDecide ? { decidedBy: choicesOf(rule, POLICIES) } : {}),
  };
}

/** What `rules explain --json` prints about one path. */
export function explanationDocument(
  explanation: Explanation,
  distro: string,
  values: readonly ValueChange[] = [],
  notes: readonly string[] = [],
  mentions: readonly Mention[] = [],
): ExplainDocument {
  const { path, entry, outcome, rules } = explanation;
  return {
    schema: 'stillroot/explain/1',
    distro,
    path: showPath(path),
    type: entry?.type ?? null,
    outcome,
    summary: outcomeText(explanation),
    values,
    warnings: notes,
    scripts: mentions.map(mentionDocument),
    rules: rules.map((trace) => ({
      id: trace.rule.id,
      action: actionText(trace.rule.action),
      pattern: showPath(trace.pattern),
      excepted: trace.except !== undefined,
      failed: trace.failed,
      applies: trace.applies,
      decides: trace.wins,
      why: trace.rule.why,
      source: trace.rule.source,
    })),
  };
}
