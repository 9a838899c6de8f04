/** The reports of `pack` and `finalize`. */
import type { WrittenArchive } from '../app/finalize-archive.ts';
import type { FinalizedTree } from '../app/finalize-tree.ts';
import type { CacheReport } from '../app/image-cache.ts';
import type { EarlyArchives } from '../app/pack-image.ts';
import type { PackReport } from '../app/plan-document.ts';
import { contradictedBy, isCompressed, rowOf } from '../pack/formats.ts';
import type { PackResult } from '../pack/pack.ts';
import type { Plan } from '../plan/plan.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import { formatBytes, formatCount, formatSeconds, plural } from '../text/format.ts';
import { changesAndWarnings, chosenLines, rulesFor, summaryTexts, warningLines } from './changes.ts';
import { type Block, facts, indented, line, paragraph, quiet, strong, type Text, title } from './document.ts';

type Fact = readonly [name: string, value: Text];

/** The report of `pack`: a few lines with the digest last; `verbose` is how often `-v` was given. */
export function packReport(source: string, output: string, report: PackReport, verbose: number): Block[] {
  const { plan, result, distro, early, bootConfig, cache, format } = report;
  const { manifestFile, attestationFile, osPackage, containerImage } = report;
  const more: Fact[] = [
    ...(early === undefined ? [] : [['early', earlyText(early)] as const]),
    ...(bootConfig === undefined
      ? []
      : [['boot config', `${formatBytes(bootConfig.length)}, as in the source`] as const]),
    ...fileFact('manifest', manifestFile),
    ...fileFact('provenance', attestationFile),
    ...(osPackage === undefined ? [] : osPackageFacts(osPackage)),
    ...(verbose === 0 ? [] : cacheFacts(cache, result)),
    ...(verbose === 0 || !isCompressed(format)
      ? []
      : [[`sha256 ${rowOf(format).writer.name}`, result.payloadDigest] as const]),
    ['sha256', strong(result.fileDigest)],
    ...(containerImage === undefined ? [] : [['image', strong(containerImage.manifest.digest)] as const]),
  ];
  return [
    title(strong(source), ' -> ', strong(output === '-' ? 'standard output' : output)),
    indented(
      line(sizeText(report, verbose)),
      ...treeLines(plan, distro, verbose),
      ...cacheNotes(cache, verbose),
      ...initLines(output, report, verbose),
      ...nameLines(output, report),
      facts(...more),
    ),
  ];
}

/** Such as `8,742 entries, 157.2 MiB -> 35.5 MiB, 57 s`. */
function sizeText({ plan, result, format, level, seconds }: PackReport, verbose: number): string {
  const before = plan.source.tree.entries.length;
  const entries =
    verbose === 0 || before === result.entries
      ? plural(result.entries, 'entry', 'entries')
      : `${formatCount(before)} entries in, ${formatCount(result.entries)} out`;
  const size = isCompressed(format)
    ? `${formatBytes(result.payloadBytes)} -> ${formatBytes(result.fileBytes)}`
    : formatBytes(result.fileBytes);
  const blocks = plural(result.blocks.length, 'block');
  const how = verbose === 0 || !isCompressed(format) ? '' : ` (level ${level}, ${blocks})`;
  return `${entries}, ${size}${how}, ${formatSeconds(seconds)}`;
}

/** What was done to the tree, and what the user should know about it. */
function treeLines(plan: Plan, distro: string, verbose: number): Block[] {
  const texts = summaryTexts(plan, distro);
  const summary = texts.length === 0 ? `nothing to change, by ${rulesFor(distro)}` : texts.join(', ');
  if (verbose > 0) return [paragraph(summary), ...changesAndWarnings(plan, verbose)];
  const hint = texts.length === 0 ? [] : [' ', quiet('(-v lists them)')];
  return [paragraph(summary, ...hint), ...chosenLines(plan.tally.list()), ...warningLines(plan.warnings, 0)];
}

/** Names of what is meant as an initramfs. */
const INITRAMFS_NAME = /initr/i;

function initLines(output: string, { plan, format }: PackReport, verbose: number): Block[] {
  if (plan.hasInit() || !rowOf(format).isBootable) return [];
  // A tree without an init is no fault of an archive that is never booted.
  if (verbose === 0 && !INITRAMFS_NAME.test(output)) return [];
  return [paragraph('note: no /init; use --init, for example --init /sbin/init, to boot it as an initramfs')];
}

/** What reads an archive by its name would not know what to make of it. */
function nameLines(output: string, { format }: PackReport): Block[] {
  const named = contradictedBy(output, format);
  if (named === undefined) return [];
  return [paragraph(`note: this is ${format}, as --format says, but its name says ${named}`)];
}

/** @param operations what would be done, one line each; undefined if it was done */
export function finalizeReport(
  root: string,
  done: FinalizedTree,
  archive: WrittenArchive | undefined,
  operations: readonly string[] | undefined,
  builderPolicies: readonly PolicyChoice[],
  verbose: number,
): Block[] {
  const { plan, distro, drafts, entries, seconds } = done;
  const count = drafts.drafts.length;
  if (count === 0 && archive === undefined) {
    return [
      title(strong(root), `: nothing to do, by ${rulesFor(distro)}`),
      indented(...warningLines(plan.warnings, verbose)),
    ];
  }
  const before = plan.source.tree.entries.length;
  const size =
    before === entries
      ? plural(entries, 'entry', 'entries')
      : `${formatCount(before)} entries before, ${formatCount(entries)} after`;
  return [
    ...(operations ?? []).map((text) => line(text)),
    title(strong(root), `: ${operations === undefined ? 'finalized' : 'would be finalized'}`),
    indented(
      line(`${size}, ${plural(count, 'operation')}, ${formatSeconds(seconds)}`),
      ...treeLines(plan, distro, verbose),
      ...cacheNotes(archive?.cache, verbose),
      facts(
        ...policyFacts(builderPolicies),
        ...(archive === undefined ? [] : archiveFacts(archive, verbose)),
      ),
    ),
  ];
}

function fileFact(name: string, file: string | undefined): Fact[] {
  return file === undefined ? [] : [[name, file]];
}

/** The digests above are those of the archive inside. */
function osPackageFacts({ size, digest, descriptor }: NonNullable<PackReport['osPackage']>): Fact[] {
  return [
    ['os package', `${formatBytes(size)}, ${digest}`],
    ['descriptor', descriptor],
  ];
}

function archiveFacts({ path, cache, result, manifestFile }: WrittenArchive, verbose: number): Fact[] {
  return [
    ['archive', path],
    ...(verbose === 0 ? [] : cacheFacts(cache, result)),
    ...fileFact('manifest', manifestFile),
    ['sha256', strong(result.fileDigest)],
  ];
}

function earlyText({ count, entries, bytes }: EarlyArchives): string {
  const what = `${plural(count, 'archive')} in front, ${plural(entries, 'entry', 'entries')}`;
  return `${what}, ${formatBytes(bytes.length)}, contents as in the source`;
}

/** Also shown unasked, since it says whether the tree is as its builder requires. */
function policyFacts(choices: readonly PolicyChoice[]): Fact[] {
  const [first] = choices;
  if (first === undefined) return [];
  const names = choices.map(({ name, value }) => `${name}=${value}`).join(', ');
  return [['policies', `${names}, as requested by ${first.where}`]];
}

/** Empty if no cache was used. */
function cacheFacts(cache: CacheReport | undefined, { blocks }: Pick<PackResult, 'blocks'>): Fact[] {
  if (cache?.directory === undefined) return [];
  return [
    ['cache', `${formatCount(cache.used)} of ${plural(blocks.length, 'block')} from ${cache.directory}`],
  ];
}

function cacheNotes(cache: CacheReport | undefined, verbose: number): Block[] {
  return verbose === 0 ? [] : (cache?.notes ?? []).map((note) => line(`cache: ${note}`));
}
