/**
 * Changes and warnings about the entries of a tree: the complete reports of `check` and `extract`, and a part of
 * others.
 */
import type { CheckedTree } from '../app/check-tree.ts';
import type { ExtractedArchive } from '../app/extract-archive.ts';
import type { Change, ChangeAction } from '../plan/changes.ts';
import type { Plan } from '../plan/plan.ts';
import type { Warning } from '../source/source.ts';
import { formatBytes, formatCount, formatSeconds, plural } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import { type Block, indented, line, list, paragraph, strong, table, title, warn } from './document.ts';

/** Paths shown for a rule or a kind of warning; -vv shows all. */
const TOP_PATHS = 1;

/** Own rules shown that match nothing; -v shows all. */
const TOP_UNMATCHED = 5;

/** The kind of warning issued by rules for secrets. */
const SECRET = 'secret';
/**
 * Warnings that come first, in this order, each with every path: secrets, and what has to be generated at first boot.
 */
const SHOWN_IN_FULL: readonly string[] = [SECRET, 'first-boot'];

const PAST: Readonly<Record<ChangeAction, string>> = {
  drop: 'dropped',
  truncate: 'truncated',
  replace: 'replaced',
  rewrite: 'rewritten',
  substitute: 'rewritten in part',
  link: 'linked',
  owner: 'owner set',
  mode: 'mode set',
  mtime: 'time set',
  add: 'added',
  split: 'links split',
};

/** In the order in which they are shown. */
const ACTIONS = Object.keys(PAST);

/** The report of `check`; `verbose` is how often `-v` was given. */
export function checkReport(source: string, checked: CheckedTree, verbose: number): Block[] {
  const { plan, distro, untried, unmatched, entries } = checked;
  const changes = plan.tally.list();
  const [first, ...others] = summaryTexts(plan, distro);
  const found =
    first ?? `nothing to change in ${plural(entries, 'entry', 'entries')}, by ${rulesFor(distro)}`;
  return [
    title(strong(source), ': ', found),
    indented(
      ...others.map((text) => line(text)),
      ...changeLines(
        changes.filter((change) => !isNormalizer(change) || verbose > 0),
        verbose,
      ),
      ...warningLines(plan.warnings, verbose),
      ...unmatchedLines(unmatched, verbose),
      ...(untried.length === 0
        ? []
        : [
            paragraph(`note: written from documents and never tried on a real system: ${untried.join(', ')}`),
          ]),
    ),
  ];
}

function unmatchedLines(rules: readonly string[], verbose: number): Block[] {
  if (rules.length === 0) return [];
  const shown = verbose > 0 ? rules : rules.slice(0, TOP_UNMATCHED);
  const more = rules.length > shown.length ? ` and ${rules.length - shown.length} more` : '';
  const which = rules.length === 1 ? 'your own rule' : 'your own rules';
  return [
    paragraph(
      `note: ${which} ${shown.join(', ')}${more} ${rules.length === 1 ? 'matches' : 'match'} no path`,
    ),
  ];
}

/** The report of `extract`; `verbose` is how often `-v` was given. */
export function extractReport(
  archive: string,
  directory: string,
  done: ExtractedArchive,
  verbose: number,
): Block[] {
  const entries = plural(done.entries, 'entry', 'entries');
  return [
    title(strong(archive), ' -> ', strong(directory)),
    indented(
      line(`${entries}, ${formatBytes(done.bytes)}, ${formatSeconds(done.seconds)}`),
      ...warningLines(done.warnings, verbose),
    ),
  ];
}

/** What --quiet does not hide: keys and credentials that everyone who receives the image will have. */
export function secretLines({ warnings }: Plan): Block[] {
  const secrets = warnings.filter(({ code }) => code === SECRET);
  return secrets.length === 0 ? [] : [indented(...warningLines(secrets, 1))];
}

/**
 * Such as `29 changes by 9 rules for debian`, `8,714 time stamps clamped to 1970-01-01`; empty where nothing changes.
 */
export function summaryTexts({ tally, settings: { epoch, mtime } }: Plan, distro: string): string[] {
  const changes = tally.list();
  const byRules = changes.filter((change) => !isNormalizer(change));
  const rules = new Set(byRules.map(({ rule }) => rule)).size;
  const count = byRules.reduce((sum, change) => sum + change.count, 0);
  const others = changes.filter(isNormalizer).map(({ action, count: found }) => {
    if (action === 'mtime')
      return `${plural(found, 'time stamp')} ${mtime === 'clamp' ? 'clamped' : 'set'} to ${dateOf(epoch)}`;
    const what = action === 'owner' ? plural(found, 'owner') : plural(found, 'hard link');
    return `${what} ${action === 'owner' ? 'set' : 'split'}`;
  });
  if (count === 0) return others;
  const by = distro === UNKNOWN ? plural(rules, 'generic rule') : `${plural(rules, 'rule')} for ${distro}`;
  return [`${plural(count, 'change')} by ${by}`, ...others];
}

/** The day, where the epoch is the beginning of one. */
function dateOf(epoch: number): string {
  return new Date(epoch * 1000)
    .toISOString()
    .replace(/\.000Z$/, 'Z')
    .replace(/T00:00:00Z$/, '');
}

/** The name of a tree's distribution where no file tells it. */
const UNKNOWN = 'unknown';

/** Such as `the rules for debian`. */
export function rulesFor(distro: string): string {
  return distro === UNKNOWN ? 'the generic rules' : `the rules for ${distro}`;
}

/** What removes something that a user may have set: shown even in the shortest report, with its paths. */
export function chosenLines(changes: readonly Change[]): Block[] {
  return changes
    .filter(({ mayBeChosen }) => mayBeChosen)
    .map(({ action, rule, paths }) =>
      paragraph(`${PAST[action]} by ${rule}: ${topmost(paths).map(showPath).join(', ')}`),
    );
}

/** All changes and warnings, as the end of a report with -v. */
export function changesAndWarnings({ tally, warnings }: Plan, verbose: number): Block[] {
  const changes = tally.list();
  return [...changeLines(changes, verbose), ...warningLines(warnings, verbose)];
}

/** With -vv every path of every change; otherwise the paths of what a user may have set, and an example of the others. */
function changeLines(changes: readonly Change[], verbose: number): Block[] {
  if (verbose > 1) return changeTable(changes, verbose);
  return [
    ...changeTable(
      changes.filter(({ mayBeChosen }) => !mayBeChosen),
      verbose,
    ),
    ...chosenLines(changes),
  ];
}

/** By action, what rules do before what normalizers did to every entry; within an action the most first. */
export function changeTable(changes: readonly Change[], verbose: number): Block[] {
  const order = ({ action }: Change): number => ACTIONS.indexOf(action);
  const sorted = [...changes].sort(
    (a, b) =>
      Number(isNormalizer(a)) - Number(isNormalizer(b)) ||
      order(a) - order(b) ||
      b.count - a.count ||
      (a.rule < b.rule ? -1 : 1),
  );
  const rows = sorted.map((change) => [
    PAST[change.action],
    formatCount(change.count),
    change.bytes > 0 ? formatBytes(change.bytes) : '',
    change.rule,
    isOfEveryEntry(change) && verbose < 2 ? '' : somePaths(change, verbose),
  ]);
  // With -vv every path is named, whatever the width.
  return rows.length === 0 ? [] : [table([], rows, { numbers: [1, 2], isFitted: verbose < 2 })];
}

/** Whether it is what happens to every entry, rather than the work of a rule. */
export function isNormalizer({ rule }: Change): boolean {
  return rule.startsWith('normalize/');
}

/** Hard links are split because of rules for some of the names. */
function isOfEveryEntry(change: Change): boolean {
  return isNormalizer(change) && change.action !== 'split';
}

function somePaths({ paths }: Change, verbose: number): string {
  const limit = verbose > 1 ? paths.length : TOP_PATHS;
  const more = paths.length > limit ? ', ...' : '';
  return `${paths.slice(0, limit).map(showPath).join(', ')}${more}`;
}

/**
 * Without paths below another of them: a cache has thousands of files, but naming its directory is enough.
 *
 * @param paths in tree order
 */
function topmost(paths: readonly string[]): string[] {
  const tops: string[] = [];
  for (const path of paths) {
    const top = tops.at(-1);
    if (top === undefined || !path.startsWith(`${top}/`)) tops.push(path);
  }
  return tops;
}

/** By kind, each with some of its paths. */
export function warningLines(warnings: readonly Warning[], verbose: number): Block[] {
  // Map.groupBy came with Node 21, and the single file runs with 20.
  const kinds = new Map<string, Warning[]>();
  for (const warning of warnings) {
    const kind = kinds.get(warning.code);
    if (kind === undefined) kinds.set(warning.code, [warning]);
    else kind.push(warning);
  }
  const others = [...kinds.keys()].filter((code) => !SHOWN_IN_FULL.includes(code)).sort();
  return [...SHOWN_IN_FULL.filter((each) => kinds.has(each)), ...others].flatMap((code) => {
    const found = kinds.get(code) ?? [];
    const limit = verbose > 0 || SHOWN_IN_FULL.includes(code) ? found.length : TOP_PATHS;
    const items = found.map(({ path, message }) => `${path === '' ? '' : `${showPath(path)}: `}${message}`);
    return [line(warn('warning'), ` ${code}: ${formatCount(found.length)}`), list(items, limit)];
  });
}
