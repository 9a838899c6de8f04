/** Packs a tree: from settings to an archive with its manifest and other accompanying files. */
import { StillrootError } from '../errors.ts';
import { paddingAfter } from '../formats/cpio/newc.ts';
import { PackedTree } from '../manifest/describe-tree.ts';
import type { Manifest, ManifestContainerImage, ManifestOsPackage } from '../manifest/manifest.ts';
import type { MtimeSettings } from '../normalize/mtime.ts';
import { packedEarly } from '../pack/early-headers.ts';
import { type ArchiveFormat, isCompressed, levelOf, rowOf } from '../pack/formats.ts';
import { type PackOptions, type PackResult, pack } from '../pack/pack.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import type { Sink } from '../pack/sink.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import type { Plan } from '../plan/plan.ts';
import { segmentOf } from '../settings/setting.ts';
import type { Settings } from '../settings/settings.ts';
import type { ArchiveSource } from '../source/archive-source.ts';
import { encodeBootConfig } from '../source/boot-config.ts';
import { isLookedForEarly } from '../source/early-archives.ts';
import type { Source } from '../source/source.ts';
import { plural } from '../text/format.ts';
import {
  containerImageOf,
  type FinishedImage,
  finishContainerImage,
  refuseImageSettings,
} from './container-image.ts';
import { warnOfFakedRoot } from './faked-root.ts';
import {
  type CacheReport,
  type ChosenCache,
  checkCache,
  openCache,
  type WantedCache,
} from './image-cache.ts';
import {
  type ChosenAttestation,
  chooseAttestation,
  chooseOsPackage,
  type OutputChoices,
  PackOutputs,
  refuseSameNames,
  requireBootable,
  type WantedAttestation,
  type WantedOsPackage,
} from './image-outputs.ts';
import {
  chooseOutputs,
  type ImageOrigin,
  imageManifest,
  refuseOutputsInside,
  type WantedOutputs,
} from './manifest-output.ts';
import { type OpenTree, planTree, refuseWarnings } from './plan-tree.ts';

/** What is to be written, and where. */
export type WantedImage = Omit<WantedOutputs, 'format'> & WantedAttestation & WantedOsPackage;

export interface PackImageOptions {
  /** Encoder threads, at least 1. */
  readonly jobs: number;
  /** Whether a warning stops the work before anything is written. */
  readonly strict: boolean;
  readonly cache: WantedCache;
  /** Seconds since 1970; only warnings depend on it. */
  readonly clock: number;
  readonly open?: OpenTree;
  /** Directory for temporary files; see DEFAULT_SPOOL_DIRECTORY. */
  readonly temporary?: string;
  /** Facts for the manifest that are not known here. */
  readonly origin: ImageOrigin;
  /** Whether the manifest lists every entry. */
  readonly manifestEntries: boolean;
  /** Further files, written together with the image, or not at all. */
  readonly alongside?: (manifest: Manifest) => readonly OutputFile[];
  /** Whether to return a manifest even if it is not written. */
  readonly needsManifest?: boolean;
  /** Runs the writing part; the caller may attach signals or progress bars. */
  readonly around?: <T>(plan: Plan, work: (watch: Watch) => Promise<T>) => Promise<T>;
}

/** What interrupts the writing, and what is notified of its progress. */
export interface Watch {
  readonly signal?: AbortSignal;
  /** Called with the bytes of the uncompressed archive done so far. */
  readonly onProgress?: (done: number, begun: number) => void;
}

export interface EarlyArchives {
  readonly count: number;
  readonly entries: number;
  readonly bytes: Buffer;
}

export interface PackedImage {
  /** Its source is open; the caller closes it. */
  readonly plan: Plan;
  readonly distro: string;
  readonly result: PackResult;
  readonly format: ArchiveFormat;
  /** Undefined for an uncompressed archive, as is the cache. */
  readonly level: number | undefined;
  /** Undefined for an uncompressed archive. */
  readonly cache: CacheReport | undefined;
  /** Early archives of the source, which precede the result unchanged. */
  readonly early: EarlyArchives | undefined;
  /** Text of the boot configuration of the source, which follows the archive; undefined if it has none. */
  readonly bootConfig: Uint8Array | undefined;
  /** Undefined where none is written and none was requested. */
  readonly manifest: Manifest | undefined;
  /** Undefined where none is written. */
  readonly manifestFile: string | undefined;
  /** Undefined where none is written. */
  readonly attestationFile: string | undefined;
  /** The package that contains the archive, and the path of its descriptor. */
  readonly osPackage: (ManifestOsPackage & { readonly descriptor: string }) | undefined;
  /** The documents of a container image, and its layer. */
  readonly containerImage: ManifestContainerImage | undefined;
}

/** @throws StillrootError `usage` for a setting that the format has no place for */
export function refuseUnusableSettings(settings: Settings): void {
  const { format, segment, init } = settings;
  if (segment !== undefined) requireBootable(format, '--segment');
  refuseImageSettings(settings);
  if (init !== undefined) requireBootable(format, '--init');
}

/**
 * Checks outputs and settings without looking at any tree.
 *
 * @throws StillrootError `usage`, `output-exists`, `output-refused`, `cache-refused`
 */
export function chooseImageOutputs(args: WantedImage, settings: Settings, cache: WantedCache): OutputChoices {
  refuseUnusableSettings(settings);
  const { format } = settings;
  const wanted = { ...args, format };
  const osPackage = chooseOsPackage(wanted);
  const outputs = chooseOutputs(wanted);
  const attestation: ChosenAttestation | undefined = chooseAttestation(wanted, outputs.manifest);
  const choices = { outputs, format, attestation, osPackage };
  refuseSameNames(choices);
  if (isCompressed(format)) checkCache(cache);
  return choices;
}

/**
 * Packs, and writes the archive and its accompanying files. On any failure none of them is left.
 *
 * @throws StillrootError; whatever the signal was aborted with
 */
export async function packImage(
  source: string,
  settings: Settings,
  choices: OutputChoices,
  options: PackImageOptions,
): Promise<PackedImage> {
  const { outputs, format } = choices;
  const { compression, isBootable } = rowOf(format);
  const compressor = await compression?.load();
  const level = levelOf(settings);
  const hashes = await loadPathHashes();
  const planned = await planTree(source, settings, hashes.forInode, options);
  const { plan, distro } = planned;
  let cache: ChosenCache | undefined;
  try {
    const dropsAround = settings.dropSegments;
    if (!dropsAround && !isBootable) refuseAround(plan.source, format);
    const early = dropsAround ? undefined : earlyArchives(plan.source, settings);
    const segment = joinSegments(settings.segment?.bytes, early);
    const text = dropsAround || !isArchive(plan.source) ? undefined : plan.source.bootConfig;
    const bootConfig = text && encodeBootConfig(text);
    if (compression !== undefined && isBootable) warnOfEarlyLookUp(plan);
    refuseOutputsInside(source, outputs);
    const image = containerImageOf(planned, settings);
    cache = compressor && level && openCache(options.cache, source, { format, compressor, level });
    warnOfFakedRoot(plan, settings.owner);
    if (options.strict) refuseWarnings(plan);
    const hasManifest = outputs.manifest !== undefined || options.needsManifest === true;
    const tree = hasManifest ? new PackedTree(options.manifestEntries) : undefined;
    const written: {
      manifest?: Manifest;
      osPackage?: ManifestOsPackage;
      container?: FinishedImage;
      files?: PackOutputs;
    } = {};
    const openSink = (): Sink => {
      written.files = new PackOutputs(choices, options.temporary);
      return written.files.sink;
    };
    const beforeCommit = (packed: PackResult): void => {
      const { files } = written;
      if (files === undefined) return;
      if (files.containerImage !== undefined && image !== undefined) {
        written.container = finishContainerImage(files.containerImage, image, settings, packed);
      }
      const { container } = written;
      const result = container?.result ?? packed;
      const osPackage = files.describeOsPackage();
      if (osPackage !== undefined) written.osPackage = osPackage;
      if (tree !== undefined) {
        const recorded = { ...settings, segment: segment === undefined ? undefined : segmentOf(segment) };
        const facts = { name: files.imageName, settings: recorded, bootConfig, result, tree };
        const held = {
          ...(osPackage === undefined ? {} : { osPackage }),
          ...(container === undefined ? {} : { containerImage: container.recorded }),
        };
        written.manifest = imageManifest(planned, { ...facts, ...held }, options.origin);
      }
      files.writeCompanions(written.manifest);
      const beside = written.manifest === undefined ? [] : (options.alongside?.(written.manifest) ?? []);
      for (const file of beside) files.add(file);
    };
    const packOptions: PackOptions = {
      format,
      ...(level === undefined ? {} : { level }),
      jobs: options.jobs,
      hashes,
      preview: () => plan.entries(),
      beforeCommit,
      ...(tree === undefined ? {} : { onEntry: (entry, content) => tree.add(entry, content) }),
      ...(segment === undefined ? {} : { segment }),
      ...(bootConfig === undefined ? {} : { bootConfig }),
      ...(cache?.store === undefined ? {} : { store: cache.store }),
    };
    const around = options.around ?? ((_, work) => work({}));
    const result = await around(plan, (watch) =>
      pack(plan.counted(), plan.source, openSink(), { ...packOptions, ...watch }),
    );
    return {
      plan,
      distro,
      result: written.container?.result ?? result,
      format,
      level: settings.level,
      early,
      bootConfig: text,
      cache: cache?.report(),
      manifest: written.manifest,
      manifestFile: outputs.manifest,
      attestationFile: choices.attestation?.path,
      osPackage: withDescriptor(written.osPackage, choices.osPackage?.descriptor),
      containerImage: written.container?.recorded,
    };
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
): PackedImage['osPackage'] {
  return osPackage === undefined || descriptor === undefined ? undefined : { ...osPackage, descriptor };
}

/** Not instanceof: a directory is packed without loading the readers of archives. */
function isArchive(source: Source): source is ArchiveSource {
  return 'readEarly' in source;
}

/** What precedes the point where the kernel can decompress anything. */
function earlyArchives(source: Source, times: MtimeSettings): EarlyArchives | undefined {
  if (!isArchive(source) || source.early.count === 0) return undefined;
  const { count, entries } = source.early;
  return { count, entries, bytes: packedEarly(source, times) };
}

/** Only formats that the kernel unpacks may have anything around the archive. */
function refuseAround(source: Source, format: ArchiveFormat): void {
  if (!isArchive(source)) return;
  const found = [
    ...(source.early.count === 0 ? [] : [plural(source.early.count, 'early archive')]),
    ...(source.bootConfig === undefined ? [] : ['a boot configuration']),
  ];
  if (found.length === 0) return;
  throw new StillrootError(
    'usage',
    `has ${found.join(' and ')}, and ${format} is no format that the kernel unpacks`,
    { where: source.name, hint: `Leave out what only an initramfs can have with --drop-segments.` },
  );
}

/** Warns of files that the kernel looks for before it decompresses anything, and will not find in this output. */
function warnOfEarlyLookUp(plan: Plan): void {
  const found = plan.source.tree.entries.filter(
    ({ path, type }) => type === 'file' && isLookedForEarly(path),
  );
  const [first] = found;
  if (first === undefined) return;
  const more = found.length === 1 ? '' : ` (and ${found.length - 1} more)`;
  const message = `the kernel looks for this${more} before anything compressed, and would not find it; pack it into a separate uncompressed archive, and pass that with --segment`;
  plan.warnings.push({ code: 'early-lookup', path: first.path, message });
}

/** The option's segment comes first: of two files with the same name the kernel takes the first as microcode. */
function joinSegments(
  option: Uint8Array | undefined,
  early: EarlyArchives | undefined,
): Uint8Array | undefined {
  if (early === undefined) return option;
  const padding = Buffer.alloc(paddingAfter(early.bytes.length));
  return Buffer.concat([...(option === undefined ? [] : [option]), early.bytes, padding]);
}
