/** What `reproduce` found, for people. */

import type { Reproduced } from '../app/reproduce-document.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { Circumstance } from '../reproduce/circumstances.ts';
import type { MovedPackage } from '../reproduce/compare-packages.ts';
import { alignColumns, formatBytes, formatCount, formatSeconds, plural, showText } from '../text/format.ts';
import { sameArchiveText } from '../verify/around-archive.ts';
import type { MatchLevel } from '../verify/verification.ts';
import type { ShownExplanation } from './reproduce-explain.ts';
import type { Paint } from './terminal.ts';
import { entryLines, levelLines } from './verify-report.ts';

/** What is shown of it, and what the explanation looks like. */
export interface ShownReproduction extends Omit<Reproduced, 'args'> {
  readonly args: Reproduced['args'] & { readonly verbose: number };
  readonly explanation: ShownExplanation | undefined;
}

/** Packages, and paths of each kind, that are shown; -v shows all. */
const TOP = 10;

const VERDICTS: Readonly<Record<Exclude<MatchLevel, 'file' | 'payload'>, string>> = {
  tree: 'the same tree, in a different archive',
  none: 'a different tree',
};

export function reproduceReport(manifest: Manifest, reproduced: ShownReproduction, paint: Paint): string {
  const { args, comparison, rebuild, explanation } = reproduced;
  const { level, file, packages } = comparison;
  const isLong = args.verbose > 0;
  const top = isLong ? Number.POSITIVE_INFINITY : TOP;
  const name = paint('bold', showText(manifest.image.name));
  const verdict =
    level === 'payload'
      ? sameArchiveText(comparison.around ?? [], comparison)
      : VERDICTS[level === 'file' ? 'none' : level];
  const lines =
    level === 'file'
      ? [`${name}: ${paint('green', 'reproduced')}, byte for byte (${formatBytes(file.found.size)})`]
      : [`${name}: ${paint('red', 'not reproduced')}: ${verdict}`];
  // First of all what moved, since most of what differs follows from it.
  lines.push(...packageLines(packages.moved, top));
  if (level !== 'file') lines.push(...levelLines(comparison, isLong));
  lines.push(
    ...circumstanceLines(level === 'file' && !isLong ? [] : comparison.circumstances),
    ...factLines(reproduced),
  );
  if (comparison.entries !== undefined) lines.push(...entryLines(comparison.entries, top));
  if (level === 'none' && explanation === undefined && comparison.entries === undefined) {
    lines.push('  To see which files differ, name the original image with --against.');
  }
  if (rebuild !== undefined && level !== 'file' && rebuild.pins.pinned === 0) {
    lines.push(`  No versions were pinned: ${showText(rebuild.pins.note)}.`);
  }
  const text = `${lines.join('\n')}\n`;
  return explanation === undefined ? text : `${text}\n${explanation.report}`;
}

function packageLines(moved: readonly MovedPackage[], top: number): string[] {
  if (moved.length === 0) return [];
  const lines = [
    `  ${plural(moved.length, 'package')} moved:`,
    ...moved.slice(0, top).map((each) => `    ${showText(movedText(each))}`),
  ];
  if (moved.length > top) lines.push(`    and ${formatCount(moved.length - top)} more (-v shows all)`);
  return lines;
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
  return `${name}${architecture === '' ? '' : ` (${architecture})`}: ${what}`;
}

const EXPLAINS: Readonly<Record<Circumstance['explains'], string>> = {
  file: 'can change the compressed bytes',
  payload: 'can change the archive',
  tree: 'can change the tree',
};

function circumstanceLines(found: readonly Circumstance[]): string[] {
  if (found.length === 0) return [];
  const none = 'none';
  return [
    '  differs from the record:',
    ...found.map((each) =>
      showText(
        `    ${each.what}: ${each.wanted ?? none} -> ${each.found ?? none} (${EXPLAINS[each.explains]})`,
      ),
    ),
  ];
}

function factLines({ args, rebuild, attestations, seconds }: Reproduced): string[] {
  const facts: string[][] = [];
  if (rebuild !== undefined) {
    const { tool, toolVersion } = rebuild.record;
    if (toolVersion !== '') facts.push(['built with', showText(`${tool} ${toolVersion}`)]);
    if (rebuild.pins.pinned > 0) {
      facts.push(['pinned', `${plural(rebuild.pins.pinned, 'package')}, ${showText(rebuild.pins.note)}`]);
    }
  }
  if (args.output !== undefined) facts.push(['image', showText(args.output)]);
  for (const path of attestations) facts.push(['attested', path]);
  facts.push(['time', formatSeconds(seconds)]);
  return alignColumns(facts).map((line) => `  ${line}`);
}
