/** The reports of `pack` and `finalize`. */
import type { WrittenArchive } from '../app/finalize-archive.ts';
import type { FinalizedTree } from '../app/finalize-tree.ts';
import type { CacheReport } from '../app/image-cache.ts';
import type { EarlyArchives } from '../app/pack-image.ts';
import type { PackReport } from '../app/plan-document.ts';
import { isCompressed, rowOf } from '../pack/formats.ts';
import type { PackResult } from '../pack/pack.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import { formatBytes, formatCount, formatSeconds, plural } from '../text/format.ts';
import { changesAndWarnings, warningLines } from './changes.ts';
import { type Block, facts, indented, line, strong, type Text, title } from './document.ts';

type Fact = readonly [name: string, value: Text];

/** The report of `pack`; `verbose` is how often `-v` was given. */
export function packReport(source: string, output: string, report: PackReport, verbose: number): Block[] {
  const { plan, result, distro, format, level, seconds, early, bootConfig, cache } = report;
  const { manifestFile, attestationFile, osPackage, containerImage } = report;
  const { writer, isBootable } = rowOf(format);
  const ratio = result.payloadBytes === 0 ? '' : ` (${(result.fileBytes / result.payloadBytes).toFixed(3)})`;
  const how = isCompressed(format)
    ? `level ${level}, ${plural(result.blocks.length, 'block')}`
    : 'uncompressed';
  return [
    title(strong(source), ' -> ', strong(output === '-' ? 'standard output' : output)),
    indented(
      facts(
        ['entries', `${formatCount(plan.source.tree.entries.length)} in, ${formatCount(result.entries)} out`],
        ['bytes', `${formatBytes(result.payloadBytes)} -> ${formatBytes(result.fileBytes)}${ratio}, ${how}`],
        ...cacheFacts(cache, result),
        ...(early === undefined ? [] : [['early', earlyText(early)] as const]),
        ...(bootConfig === undefined
          ? []
          : [['boot config', `${formatBytes(bootConfig.length)}, as in the source`] as const]),
        ['rules', `${distro}; epoch ${plan.settings.epoch}`],
        ...(isCompressed(format) ? [[`sha256 ${writer.name}`, result.payloadDigest] as const] : []),
        ['sha256 file', strong(result.fileDigest)],
        ...(containerImage === undefined ? [] : [['image', containerImage.manifest.digest] as const]),
        ...fileFact('manifest', manifestFile),
        ...fileFact('provenance', attestationFile),
        ...(osPackage === undefined ? [] : osPackageFacts(osPackage)),
        ['time', formatSeconds(seconds)],
      ),
      ...cacheNotes(cache, verbose),
      ...changesAndWarnings(plan, verbose),
      ...(plan.hasInit() || !isBootable
        ? []
        : [
            line(
              'note: the tree has no /init; to boot it as an initramfs, use --init, for example --init /sbin/init',
            ),
          ]),
    ),
  ];
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
  const rules = `(rules: ${distro}, epoch ${plan.settings.epoch})`;
  if (count === 0 && archive === undefined) {
    return [
      title(strong(root), `: nothing to do ${rules}`),
      indented(...warningLines(plan.warnings, verbose)),
    ];
  }
  return [
    ...(operations ?? []).map((text) => line(text)),
    title(strong(root), `: ${operations === undefined ? 'finalized' : 'would be finalized'} ${rules}`),
    indented(
      facts(
        ['entries', `${formatCount(plan.source.tree.entries.length)} before, ${formatCount(entries)} after`],
        ['operations', formatCount(count)],
        ...policyFacts(builderPolicies),
        ...(archive === undefined ? [] : archiveFacts(archive)),
        ['time', formatSeconds(seconds)],
      ),
      ...cacheNotes(archive?.cache, verbose),
      ...changesAndWarnings(plan, verbose),
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

function archiveFacts({ path, cache, result, manifestFile }: WrittenArchive): Fact[] {
  return [
    ['archive', path],
    ...cacheFacts(cache, result),
    ['sha256 file', strong(result.fileDigest)],
    ...fileFact('manifest', manifestFile),
  ];
}

function earlyText({ count, entries, bytes }: EarlyArchives): string {
  const what = `${plural(count, 'archive')} in front, ${plural(entries, 'entry', 'entries')}`;
  return `${what}, ${formatBytes(bytes.length)}, as in the source`;
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
