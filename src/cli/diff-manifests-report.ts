import type { ComparedManifests } from '../app/diff-manifests-document.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { MovedPackage } from '../reproduce/compare-packages.ts';
import type { EntryCause } from '../reproduce/entry-causes.ts';
import { alignColumns, formatCount, plural, showText } from '../text/format.ts';
import { sameArchiveText } from '../verify/around-archive.ts';
import type { Compared, MatchLevel } from '../verify/verification.ts';
import type { ShownExplanation } from './reproduce-explain.ts';
import type { Paint } from './terminal.ts';

/** Packages, settings and paths of one cause that are shown; -v shows all. */
const TOP = 10;

const VERDICTS: Readonly<Record<Exclude<MatchLevel, 'payload'>, string>> = {
  file: 'the same image, byte for byte',
  tree: 'the same tree, in different archives',
  none: 'different trees',
};

export function manifestsReport(
  compared: ComparedManifests<ShownExplanation>,
  verbose: number,
  paint: Paint,
): string {
  const { names, a, b, repacked, comparison, settings, causes, explanation } = compared;
  const { level, packages, circumstances } = comparison;
  const top = verbose > 0 ? Number.POSITIVE_INFINITY : TOP;
  const verdict =
    level === 'payload' ? sameArchiveText(comparison.around ?? [], comparison) : VERDICTS[level];
  const lines = [
    `A ${paint('bold', showText(names.a))}: ${imageText(a, repacked === 'a')}`,
    `B ${paint('bold', showText(names.b))}: ${imageText(b, repacked === 'b')}`,
    paint(level === 'file' ? 'green' : 'red', verdict),
    ...levelLines(compared),
    ...list('packages', packages.moved.map(movedText), top),
    ...list(
      'settings',
      settings.map((each) => `${each.key}: ${valueText(each.a)} in A, ${valueText(each.b)} in B`),
      top,
    ),
    ...list(
      'built with',
      circumstances.map(
        (each) => `${each.what}: ${each.wanted ?? 'none'} in A, ${each.found ?? 'none'} in B`,
      ),
      top,
    ),
    // With contents at hand the same is said better.
    ...(explanation === undefined ? causes : []).flatMap((cause, i) => causeLines(cause, i + 1, top)),
  ];
  const text = `${lines.join('\n')}\n`;
  return explanation === undefined
    ? text
    : `${text}\nComparing the image beside the manifest explains it:\n${explanation.report}`;
}

function imageText({ image, packages }: Manifest, isRepacked: boolean): string {
  const entries = plural(image.payload.entries, 'entry', 'entries');
  const name = isRepacked ? 'packed as the manifest records' : showText(image.name);
  return `${name}, ${entries}, ${plural(packages.length, 'package')}`;
}

function levelLines({ comparison: { level, file, payload, tree } }: ComparedManifests): string[] {
  if (level === 'file') return [];
  const row = <T>(
    name: string,
    { same, wanted, found }: Compared<T>,
    show: (value: T) => string,
  ): string[] => [name, ...(same ? ['same', ''] : ['differs', `${show(wanted)} in A, ${show(found)} in B`])];
  const rows = [
    row('file', file, ({ size, digest }) => `${plural(size, 'byte')} (${shorten(digest)})`),
    row('archive', payload, ({ size, digest }) => `${plural(size, 'byte')} (${shorten(digest)})`),
    row('tree', tree, shorten),
  ];
  return alignColumns(rows).map((line) => `  ${line}`);
}

/** Digits enough to tell them apart by eye; --json has all. */
function shorten(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

function movedText({ name, architecture, wanted, found }: MovedPackage): string {
  const versions =
    wanted === null
      ? `${found} in B only`
      : found === null
        ? `${wanted} in A only`
        : `${wanted} in A, ${found === wanted ? 'another package of that version' : found} in B`;
  return `${name}${architecture === '' ? '' : ` (${architecture})`}: ${versions}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value);
}

function list(title: string, texts: readonly string[], top: number): string[] {
  if (texts.length === 0) return [];
  const lines = [`  ${title}:`, ...texts.slice(0, top).map((text) => `    ${showText(text)}`)];
  if (texts.length > top) lines.push(`    and ${formatCount(texts.length - top)} more (-v shows all)`);
  return lines;
}

function causeLines({ cause, title, advice, paths }: EntryCause, number: number, top: number): string[] {
  const count = paths.length === 0 ? '' : `: ${plural(paths.length, 'path')}`;
  const shown = paths.slice(0, top).map((path) => `     ${showText(path)}`);
  if (paths.length > top) shown.push(`     and ${formatCount(paths.length - top)} more (-v shows all)`);
  return ['', `${number}. ${cause}${count}`, `   ${showText(title)}`, ...shown, `   ${showText(advice)}`];
}
