/** From arguments to an archive and its manifest: what `pack` does before it reports. */
import { paddingAfter } from '../cpio/newc.ts';
import { StillrootError } from '../errors.ts';
import { PackedTree } from '../manifest/describe-tree.ts';
import type { Manifest, ManifestOsPackage } from '../manifest/manifest.ts';
import { readEarlySegment } from '../pack/early-segment.ts';
import { type ArchiveFormat, type PackOptions, type PackResult, pack } from '../pack/pack.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import type { Sink } from '../pack/sink.ts';
import type { Plan } from '../plan/plan.ts';
import type { ArchiveSource } from '../source/archive-source.ts';
import { encodeBootConfig } from '../source/boot-config.ts';
import { isLookedForEarly } from '../source/early-archives.ts';
import type { Source } from '../source/source.ts';
import { formatOf, parseJobs, parseLevel } from './archive-choices.ts';
import type { ArchiveArguments, GlobalArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import { type AttestArguments, chooseAttestation } from './attest-output.ts';
import {
  type CacheArguments,
  type CacheReport,
  type ChosenCache,
  checkCache,
  openCache,
} from './cache-options.ts';
import { warnOfFakedRoot } from './faked-root.ts';
import { imageManifest, type ManifestContext } from './image-manifest.ts';
import { chooseOutputs, type ManifestArguments, refuseOutputsInside } from './manifest-output.ts';
import { chooseOsPackage, type OsPackageArguments } from './os-package-output.ts';
import { type OutputChoices, PackOutputs, refuseSameNames } from './pack-outputs.ts';
import { preparePlan, refuseWarnings } from './prepare.ts';
import { ProgressBar } from './progress.ts';
import { type ReadArguments, sourceOpener } from './read-options.ts';
import { withoutSignals, withSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';

export type PackArguments = GlobalArguments &
  RuleArguments &
  NormalizeArguments &
  ReadArguments &
  ArchiveArguments &
  CacheArguments &
  ManifestArguments &
  AttestArguments &
  OsPackageArguments & { readonly source: string; readonly 'drop-segments': boolean };

export interface EarlyArchives {
  readonly count: number;
  readonly entries: number;
  readonly bytes: Buffer;
}

export interface PackedArchive {
  /** Its source is open; whoever called closes it. */
  readonly plan: Plan;
  readonly distro: string;
  readonly result: PackResult;
  readonly format: ArchiveFormat;
  readonly level: number;
  /** Undefined for an uncompressed archive. */
  readonly cache?: CacheReport | undefined;
  /** Of the source, that stand in front of the result as they are. */
  readonly early: EarlyArchives | undefined;
  /** Text of the boot configuration of the source, which stands behind the result; undefined where it has none. */
  readonly bootConfig: Uint8Array | undefined;
  /** Undefined where none is written and none was wanted. */
  readonly manifest: Manifest | undefined;
  /** Undefined where none is written. */
  readonly manifestFile: string | undefined;
  /** Undefined where none is written. */
  readonly attestationFile?: string | undefined;
  /** What the archive was put into, and where its descriptor is. */
  readonly osPackage?: (ManifestOsPackage & { readonly descriptor: string }) | undefined;
}

/** What is known of an archive before its tree is looked at. */
interface Choices extends OutputChoices {
  readonly jobs: number;
  readonly level: ReturnType<typeof parseLevel>;
  /** That of the option. */
  readonly segment: Buffer | undefined;
}

/**
 * What is wrong with the options, and outputs that cannot be written, without looking at any tree.
 *
 * @throws usage, output-exists, output-refused, cache-refused
 */
export function choosePacking(args: Omit<PackArguments, 'source'>, terminal: Terminal): Choices {
  const osPackage = chooseOsPackage(args);
  const format = osPackage === undefined ? formatOf(args.output, args.format) : (args.format ?? 'cpio.xz');
  const jobs = parseJobs(args.jobs);
  const level = parseLevel(args.level);
  if (args.output === '-' && terminal.isOutTerminal) {
    throw new StillrootError('output-refused', 'is a terminal', {
      where: 'standard output',
      hint: 'Redirect it, or name a file.',
    });
  }
  const outputs = chooseOutputs(args);
  const attestation = chooseAttestation(args, outputs.manifest);
  refuseSameNames({ outputs, format, attestation, osPackage });
  if (format === 'cpio.xz') checkCache(args);
  const segment = args.segment === undefined ? undefined : readEarlySegment(args.segment);
  return { outputs, format, attestation, osPackage, jobs, level, segment };
}

/**
 * Packs, and writes the archive and its manifest. On any failure neither of them is left.
 *
 * @param outer of work that this is a part of; with it or without, signals to the program end the packing
 */
export async function packArchive(
  args: PackArguments,
  terminal: Terminal,
  context: ManifestContext,
  outer?: AbortSignal,
): Promise<PackedArchive> {
  const choices = choosePacking(args, terminal);
  const { outputs, format, jobs, level } = choices;
  const hashes = await loadPathHashes();
  const prepared = await preparePlan(args, terminal, hashes.forInode, sourceOpener(args, terminal));
  const { plan, distro } = prepared;
  let cache: ChosenCache | undefined;
  try {
    const early = args['drop-segments'] ? undefined : earlyArchives(plan.source);
    const segment = joinSegments(choices.segment, early);
    const text = args['drop-segments'] || !isArchive(plan.source) ? undefined : plan.source.bootConfig;
    const bootConfig = text && encodeBootConfig(text);
    if (format === 'cpio.xz') warnOfEarlyLookUp(plan);
    refuseOutputsInside(args.source, outputs);
    cache = format === 'cpio' ? undefined : openCache(args, terminal, args.source, level.level);
    warnOfFakedRoot(plan, args.owner);
    refuseWarnings(plan, args.strict);
    const hasManifest = outputs.manifest !== undefined || context.isWanted === true;
    const tree = hasManifest ? new PackedTree(args['manifest-entries']) : undefined;
    let manifest: Manifest | undefined;
    let osPackage: ManifestOsPackage | undefined;
    let files: PackOutputs | undefined;
    const openSink = (): Sink => {
      files = new PackOutputs(choices);
      return files.sink;
    };
    const beforeCommit = (result: PackResult): void => {
      if (files === undefined) return;
      osPackage = files.describeOsPackage();
      if (tree !== undefined) {
        const name = files.imageName;
        const image = { ...prepared, name, format, level: level.number, segment, bootConfig, result, tree };
        const held = osPackage === undefined ? {} : { osPackage };
        manifest = imageManifest(args, terminal, context, { ...image, ...held });
      }
      files.writeCompanions(manifest);
      const beside = manifest === undefined ? [] : (context.alongside?.(manifest) ?? []);
      for (const file of beside) files.add(file);
    };
    // Nothing of standard output can be taken back, and a reader that stalls must not keep a signal waiting.
    const run = args.output === '-' ? withoutSignals : withSignals;
    const options: PackOptions = {
      format,
      level: level.level,
      jobs,
      hashes,
      beforeCommit,
      ...(tree === undefined ? {} : { onEntry: (entry, content) => tree.add(entry, content) }),
      ...(segment === undefined ? {} : { segment }),
      ...(bootConfig === undefined ? {} : { bootConfig }),
      ...(cache?.store === undefined ? {} : { store: cache.store }),
    };
    const result = await run((signal) =>
      withProgress(args, terminal, plan, (onProgress) =>
        pack(plan.counted(), plan.source, openSink(), {
          ...options,
          signal: outer === undefined ? signal : AbortSignal.any([signal, outer]),
          onProgress,
        }),
      ),
    );
    const written = {
      cache: cache?.report(),
      manifest,
      manifestFile: outputs.manifest,
      attestationFile: choices.attestation?.path,
      osPackage: withDescriptor(osPackage, choices.osPackage?.descriptor),
    };
    return { plan, distro, result, format, level: level.number, early, bootConfig: text, ...written };
  } catch (error) {
    plan.source.close();
    throw error;
  } finally {
    cache?.close();
  }
}

function withDescriptor(
  osPackage: ManifestOsPackage | undefined,
  descriptor: string | undefined,
): PackedArchive['osPackage'] {
  return osPackage === undefined || descriptor === undefined ? undefined : { ...osPackage, descriptor };
}

/** Not instanceof: a directory is packed without loading the readers of archives. */
function isArchive(source: Source): source is ArchiveSource {
  return 'readEarly' in source;
}

/** What an archive begins with before the kernel can decompress anything. */
function earlyArchives(source: Source): EarlyArchives | undefined {
  if (!isArchive(source) || source.early.count === 0) return undefined;
  const { count, entries } = source.early;
  return { count, entries, bytes: source.readEarly() };
}

/** What of the tree the kernel looks for before it decompresses anything, and does not find in what is written now. */
function warnOfEarlyLookUp(plan: Plan): void {
  const found = plan.source.tree.entries.filter(
    ({ path, type }) => type === 'file' && isLookedForEarly(path),
  );
  const [first] = found;
  if (first === undefined) return;
  const more = found.length === 1 ? '' : ` (and ${found.length - 1} more)`;
  const message = `the kernel looks for this${more} in front of everything compressed, and will not find it; pack it into an uncompressed archive of its own, and name that with --segment`;
  plan.warnings.push({ code: 'early-lookup', path: first.path, message });
}

/** That of the option goes first: of two files of one name the kernel takes the first for microcode. */
function joinSegments(option: Buffer | undefined, early: EarlyArchives | undefined): Buffer | undefined {
  if (early === undefined) return option;
  const padding = Buffer.alloc(paddingAfter(early.bytes.length));
  return Buffer.concat([...(option === undefined ? [] : [option]), early.bytes, padding]);
}

async function withProgress<T>(
  args: PackArguments,
  terminal: Terminal,
  plan: Plan,
  work: (onProgress: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const isWanted = args.progress ?? (terminal.isErrTerminal && !args.quiet && !terminal.env.CI);
  if (!isWanted) return work(() => {});
  const bar = new ProgressBar(terminal.progressStream, plan.contentBytes());
  try {
    return await work((bytes) => bar.update(bytes));
  } finally {
    bar.finish();
  }
}
