/** What `pack` and `check` have to say, as text. */

import type { PackReport } from '../app/pack-document.ts';
import type { EarlyArchives } from '../app/pack-image.ts';
import { isCompressed } from '../pack/formats.ts';
import type { Change, ChangeAction } from '../plan/changes.ts';
import type { Plan } from '../plan/plan.ts';
import type { Warning } from '../source/source.ts';
import { alignColumns, formatBytes, formatCount, formatSeconds, plural, showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import { cacheNotes, cacheRows } from './cache-report.ts';
import { makePaint, type Paint, type Terminal } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** Rules shown in the summary before it says "and N more"; -v shows all. */
const TOP_RULES = 10;
/** Paths shown for a rule or a kind of warning; -vv shows all. */
const TOP_PATHS = 1;

/** The kind of warning that rules for secrets give. */
const SECRET = 'secret';
/** Warnings that come first, in this order, each with every path: secrets, and what has to be made at first boot. */
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

export function packSummary(
  source: string,
  output: string,
  report: PackReport,
  verbose: number,
  paint: Paint,
): string {
  const { plan, result, distro, format, level, seconds, early, bootConfig, manifestFile } = report;
  const { attestationFile, osPackage } = report;
  const ratio = result.payloadBytes === 0 ? '' : ` (${(result.fileBytes / result.payloadBytes).toFixed(3)})`;
  const name = output === '-' ? 'standard output' : showText(output);
  const how = isCompressed(format)
    ? `level ${level}, ${plural(result.blocks.length, 'block')}`
    : 'uncompressed';
  const facts: string[][] = [
    ['entries', `${formatCount(plan.source.tree.entries.length)} in, ${formatCount(result.entries)} out`],
    ['bytes', `${formatBytes(result.payloadBytes)} -> ${formatBytes(result.fileBytes)}${ratio}, ${how}`],
    ...cacheRows(report.cache, result),
    ...(early === undefined ? [] : [['early', earlyText(early)]]),
    ...(bootConfig === undefined
      ? []
      : [['boot config', `${formatBytes(bootConfig.length)}, as in the source`]]),
    ['rules', `${distro}; epoch ${plan.settings.epoch}`],
    ...(isCompressed(format) ? [['sha256 cpio', result.payloadDigest]] : []),
    ['sha256 file', paint('bold', result.fileDigest)],
    ...(manifestFile === undefined ? [] : [['manifest', showText(manifestFile)]]),
    ...(attestationFile === undefined ? [] : [['provenance', showText(attestationFile)]]),
    ...(osPackage === undefined ? [] : osPackageRows(osPackage)),
    ['time', formatSeconds(seconds)],
  ];
  const lines = [
    `${paint('bold', showText(source))} -> ${paint('bold', name)}`,
    ...alignColumns(facts).map((line) => `  ${line}`),
    ...cacheNotes(report.cache, verbose),
    ...changeLines(plan.tally.list(), verbose),
    ...warningLines(plan.warnings, verbose, paint),
  ];
  if (!plan.hasInit()) {
    lines.push(
      '  note: the tree has no /init; to boot it as an initramfs, use --init, for example --init /sbin/init',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The digests above are of the archive inside. */
function osPackageRows({ size, digest, descriptor }: NonNullable<PackReport['osPackage']>): string[][] {
  return [
    ['os package', `${formatBytes(size)}, ${digest}`],
    ['descriptor', showText(descriptor)],
  ];
}

function earlyText({ count, entries, bytes }: EarlyArchives): string {
  const what = `${plural(count, 'archive')} in front, ${plural(entries, 'entry', 'entries')}`;
  return `${what}, ${formatBytes(bytes.length)}, as in the source`;
}

/**
 * Rules by how many entries they touched, most first. What normalizers did to every entry comes last. However
 * short the report is, it has all that somebody may have set.
 */
export function changeLines(changes: readonly Change[], verbose: number): string[] {
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
  const lines = alignColumns(rows, new Set([1, 2])).map((line) => `  ${line}`);
  const hidden = byCount.length - shown.length;
  if (hidden > 0) lines.push(`  and ${plural(hidden, 'more rule')} (-v shows all)`);
  return lines;
}

function isNormalizer({ rule }: Change): boolean {
  return rule.startsWith('normalize/');
}

/** A split of hard links is the doing of rules for some of the names. */
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
 * Without what is below another of them: a cache has thousands of files, and its directory says it all.
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

/** What --quiet does not hide: keys and credentials that everybody who gets the image will have. */
export function printSecrets(
  { color }: Pick<GlobalArguments, 'color'>,
  terminal: Terminal,
  { warnings }: Plan,
): void {
  const secrets = warnings.filter(({ code }) => code === SECRET);
  const lines = warningLines(secrets, 1, makePaint(color, terminal, terminal.isErrTerminal));
  if (lines.length > 0) terminal.err(`${lines.join('\n')}\n`);
}

export function warningLines(warnings: readonly Warning[], verbose: number, paint: Paint): string[] {
  // Map.groupBy came with Node 21, and the single file runs with 20.
  const kinds = new Map<string, Warning[]>();
  for (const warning of warnings) {
    const kind = kinds.get(warning.code);
    if (kind === undefined) kinds.set(warning.code, [warning]);
    else kind.push(warning);
  }
  const others = [...kinds.keys()].filter((code) => !SHOWN_IN_FULL.includes(code)).sort();
  const lines: string[] = [];
  for (const code of [...SHOWN_IN_FULL.filter((each) => kinds.has(each)), ...others]) {
    const found = kinds.get(code) ?? [];
    const limit = verbose > 0 || SHOWN_IN_FULL.includes(code) ? found.length : TOP_PATHS;
    lines.push(`  ${paint('yellow', 'warning')} ${code}: ${formatCount(found.length)}`);
    for (const { path, message } of found.slice(0, limit)) {
      lines.push(`    ${path === '' ? '' : `${showPath(path)}: `}${showText(message)}`);
    }
    if (found.length > limit) lines.push(`    and ${formatCount(found.length - limit)} more (-v shows all)`);
  }
  return lines;
}
