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
import { type Block, indented, line, list, strong, table, title, warn } from './document.ts';

/** Rules shown in the summary before it says "and N more"; -v shows all. */
const TOP_RULES = 10;
/** Paths shown for a rule or a kind of warning; -vv shows all. */
const TOP_PATHS = 1;

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
  link: 'linked',
  owner: 'owner set',
  mode: 'mode set',
  mtime: 'time set',
  add: 'added',
  split: 'links split',
};

/** The report of `check`; `verbose` is how often `-v` was given. */
export function checkReport(source: string, checked: CheckedTree, verbose: number): Block[] {
  const { plan, distro, entries } = checked;
  const changes = plan.tally.list();
  const count = changes.reduce((sum, change) => sum + change.count, 0);
  const found =
    changes.length === 0
      ? `nothing to change in ${plural(entries, 'entry', 'entries')} (rules: ${distro})`
      : `${plural(count, 'change')} (rules: ${distro}, epoch ${plan.settings.epoch})`;
  return [
    title(strong(source), `: ${found}`),
    indented(...changeLines(changes, Math.max(verbose, 1)), ...warningLines(plan.warnings, verbose)),
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

/** The end of a summary of several facts. */
export function changesAndWarnings({ tally, warnings }: Plan, verbose: number): Block[] {
  return [...changeLines(tally.list(), verbose), ...warningLines(warnings, verbose)];
}

/**
 * Rules by the number of entries they touched, most first. What normalizers did to every entry comes last. Even the
 * shortest report includes everything that a user may have set.
 */
export function changeLines(changes: readonly Change[], verbose: number): Block[] {
  const byCount = [...changes].sort(
    (a, b) =>
      Number(isNormalizer(a)) - Number(isNormalizer(b)) || b.count - a.count || (a.rule < b.rule ? -1 : 1),
  );
  const rules = byCount.filter((change) => !isNormalizer(change));
  const top = new Set(rules.slice(0, TOP_RULES));
  const shown =
    verbose > 0
      ? byCount
      : byCount.filter((change) => top.has(change) || isNormalizer(change) || change.mayBeChosen);
  const rows = shown.map((change) => [
    PAST[change.action],
    formatCount(change.count),
    change.bytes > 0 ? formatBytes(change.bytes) : '',
    change.rule,
    isOfEveryEntry(change) && verbose < 2 ? '' : somePaths(change, verbose),
  ]);
  const hidden = byCount.length - shown.length;
  return [
    ...(rows.length === 0 ? [] : [table([], rows, { numbers: [1, 2] })]),
    ...(hidden === 0 ? [] : [line(`and ${plural(hidden, 'more rule')} (-v shows all)`)]),
  ];
}

function isNormalizer({ rule }: Change): boolean {
  return rule.startsWith('normalize/');
}

/** Hard links are split because of rules for some of the names. */
function isOfEveryEntry(change: Change): boolean {
  return isNormalizer(change) && change.action !== 'split';
}

function somePaths({ paths, mayBeChosen }: Change, verbose: number): string {
  const shown = mayBeChosen && verbose < 2 ? topmost(paths) : paths;
  const limit = verbose > 1 || mayBeChosen ? shown.length : TOP_PATHS;
  const more = shown.length > limit ? ', ...' : '';
  return `${shown.slice(0, limit).map(showPath).join(', ')}${more}`;
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
