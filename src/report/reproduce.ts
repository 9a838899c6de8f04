/** The reports of `reproduce`, and of `diff` for manifests. */
import type { ComparedManifests } from '../app/diff-manifests.ts';
import type { Reproduced } from '../app/reproduce-image.ts';
import type { DiffDocument } from '../documents/diff.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { Circumstance } from '../reproduce/circumstances.ts';
import type { EntryCause } from '../reproduce/entry-causes.ts';
import type { MovedPackage } from '../reproduce/moved-packages.ts';
import { formatBytes, formatSeconds, plural } from '../text/format.ts';
import { type Compared, type MatchLevel, sameArchiveText } from '../verify/verification.ts';
import {
  type Block,
  bad,
  facts,
  GAP,
  good,
  indented,
  line,
  list,
  section,
  strong,
  type Text,
  table,
  title,
} from './document.ts';
import { countedList, entryLines, levelTable, shortDigest, topOf, VERDICTS } from './verify.ts';

/** What differs between the images, if the original is available. */
export interface ShownExplanation {
  readonly document: DiffDocument;
  readonly report: readonly Block[];
}

/** How much of the result is shown, and the explanation. */
export interface ShownReproduction extends Omit<Reproduced, 'args'> {
  readonly args: Reproduced['args'] & { readonly verbose: number };
  readonly explanation: ShownExplanation | undefined;
}

/** The report of `reproduce`. */
export function reproduceReport(manifest: Manifest, reproduced: ShownReproduction): Block[] {
  const { args, comparison, rebuild, explanation } = reproduced;
  const { level, file, packages, entries, circumstances } = comparison;
  const isLong = args.verbose > 0;
  const top = topOf(args.verbose);
  const isSame = level === 'file';
  const verdict: readonly Text[] = isSame
    ? [good('reproduced'), `, byte for byte (${formatBytes(file.found.size)})`]
    : [
        bad('not reproduced'),
        `: ${level === 'payload' ? sameArchiveText(comparison.around ?? [], comparison) : VERDICTS[level]}`,
      ];
  return [
    title(strong(manifest.image.name), ': ', ...verdict),
    indented(
      // Moved packages come first, since most other differences follow from them.
      ...countedList(['package moved', 'packages moved'], packages.moved.map(movedText), top),
      ...(isSame ? [] : [levelTable(comparison, isLong)]),
      ...circumstanceLines(isSame && !isLong ? [] : circumstances),
      rebuildFacts(reproduced),
      ...(entries === undefined ? [] : entryLines(entries, top)),
      ...(level === 'none' && explanation === undefined && entries === undefined
        ? [line('To see which files differ, name the original image with --against.')]
        : []),
      ...(rebuild !== undefined && !isSame && rebuild.pins.pinned === 0
        ? [line(`No versions were pinned: ${rebuild.pins.note}.`)]
        : []),
    ),
    ...(explanation === undefined ? [] : [GAP, ...explanation.report]),
  ];
}

function movedText({ name, architecture, wanted, found }: MovedPackage): string {
  const what =
    wanted === null
      ? `${found}, which the image does not have`
      : found === null
        ? `${wanted} is missing`
        : wanted === found
          ? `another package of version ${wanted}`
          : `${wanted} -> ${found}`;
  return `${fullName(name, architecture)}: ${what}`;
}

function fullName(name: string, architecture: string): string {
  return `${name}${architecture === '' ? '' : ` (${architecture})`}`;
}

const EXPLAINS: Readonly<Record<Circumstance['explains'], string>> = {
  file: 'can change the compressed bytes',
  payload: 'can change the archive',
  tree: 'can change the tree',
};

function circumstanceLines(found: readonly Circumstance[]): Block[] {
  if (found.length === 0) return [];
  const items = found.map(
    ({ what, wanted, found: now, explains }) =>
      `${what}: ${wanted ?? 'none'} -> ${now ?? 'none'} (${EXPLAINS[explains]})`,
  );
  return [line('differs from the record:'), list(items)];
}

function rebuildFacts({ args, rebuild, attestations, seconds }: Reproduced): Block {
  const rows: (readonly [string, string])[] = [];
  if (rebuild !== undefined) {
    const { tool, toolVersion } = rebuild.record;
    if (toolVersion !== '') rows.push(['built with', `${tool} ${toolVersion}`]);
    if (rebuild.pins.pinned > 0) {
      rows.push(['pinned', `${plural(rebuild.pins.pinned, 'package')}, ${rebuild.pins.note}`]);
    }
  }
  if (args.output !== undefined) rows.push(['image', args.output]);
  for (const path of attestations) rows.push(['attested', path]);
  return facts(...rows, ['time', formatSeconds(seconds)]);
}

const IMAGE_VERDICTS: Readonly<Record<Exclude<MatchLevel, 'payload'>, string>> = {
  file: 'the same image, byte for byte',
  tree: 'the same tree, in different archives',
  none: 'different trees',
};

/** The report of `diff` for two manifests, or a manifest and a tree. */
export function manifestsReport(compared: ComparedManifests<ShownExplanation>, verbose: number): Block[] {
  const { names, a, b, repacked, comparison, settings, causes, explanation } = compared;
  const { level, packages, circumstances } = comparison;
  const top = topOf(verbose);
  const verdict =
    level === 'payload' ? sameArchiveText(comparison.around ?? [], comparison) : IMAGE_VERDICTS[level];
  const inBoth = (what: string, inA: string, inB: string): string => `${what}: ${inA} in A, ${inB} in B`;
  return [
    line('A ', strong(names.a), `: ${imageText(a, repacked === 'a')}`),
    line('B ', strong(names.b), `: ${imageText(b, repacked === 'b')}`),
    line(level === 'file' ? good(verdict) : bad(verdict)),
    indented(
      ...(level === 'file' ? [] : [sideTable(compared)]),
      ...named('packages', packages.moved.map(versionsText), top),
      ...named(
        'settings',
        settings.map(({ key, a: inA, b: inB }) => inBoth(key, valueText(inA), valueText(inB))),
        top,
      ),
      ...named(
        'built with',
        circumstances.map(({ what, wanted, found }) => inBoth(what, wanted ?? 'none', found ?? 'none')),
        top,
      ),
    ),
    // With contents available the explanation says the same in more detail.
    ...(explanation === undefined
      ? causes.map((cause, i) => causeSection(cause, i + 1, top))
      : [GAP, line('Comparing the image beside the manifest explains it:'), ...explanation.report]),
  ];
}

function imageText({ image, packages }: Manifest, isRepacked: boolean): string {
  const entries = plural(image.payload.entries, 'entry', 'entries');
  const name = isRepacked ? 'packed as the manifest records' : image.name;
  return `${name}, ${entries}, ${plural(packages.length, 'package')}`;
}

function sideTable({ comparison: { file, payload, tree } }: ComparedManifests): Block {
  const row = <T>(
    name: string,
    { same, wanted, found }: Compared<T>,
    show: (value: T) => string,
  ): string[] => [name, ...(same ? ['same', ''] : ['differs', `${show(wanted)} in A, ${show(found)} in B`])];
  const digest = (text: string): string => shortDigest(text, false);
  const sized = (each: { readonly size: number; readonly digest: string }): string =>
    `${plural(each.size, 'byte')} (${digest(each.digest)})`;
  return table([], [row('file', file, sized), row('archive', payload, sized), row('tree', tree, digest)]);
}

function versionsText({ name, architecture, wanted, found }: MovedPackage): string {
  const versions =
    wanted === null
      ? `${found} in B only`
      : found === null
        ? `${wanted} in A only`
        : `${wanted} in A, ${found === wanted ? 'another package of that version' : found} in B`;
  return `${fullName(name, architecture)}: ${versions}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value);
}

function named(name: string, items: readonly string[], top: number): Block[] {
  return items.length === 0 ? [] : [line(`${name}:`), list(items, top)];
}

function causeSection({ cause, title: what, advice, paths }: EntryCause, number: number, top: number): Block {
  const count = paths.length === 0 ? '' : `: ${plural(paths.length, 'path')}`;
  return section(`${number}. ${cause}${count}`, [line(what), list(paths, top), line(advice)]);
}
