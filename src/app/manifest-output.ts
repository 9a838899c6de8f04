/** Where the manifest of an image is written. */
import { basename, dirname, resolve } from 'node:path';
import { StillrootError } from '../errors.ts';
import { buildManifest } from '../manifest/build-manifest.ts';
import { canonicalJson } from '../manifest/canonical-json.ts';
import type { PackedTree } from '../manifest/describe-tree.ts';
import type {
  Manifest,
  ManifestBootstrap,
  ManifestContainerImage,
  ManifestOsPackage,
} from '../manifest/manifest.ts';
import { type ArchiveFormat, encoderOf, rowOf } from '../pack/formats.ts';
import { ImageArchiveSink, type ImageOutput, openImageDirectory } from '../pack/image-sink.ts';
import { checkImageDirectory } from '../pack/layout-directory.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import type { PackResult } from '../pack/pack.ts';
import { checkOutput, type FileOutput, openFileSink, openStandardOutput } from '../pack/sink.ts';
import type { Change } from '../plan/changes.ts';
import { recordSettings } from '../settings/record.ts';
import { type EpochOrigin, epochOrigin, type GivenSetting } from '../settings/resolve.ts';
import type { Settings } from '../settings/settings.ts';
import { DEFAULT_SPOOL_DIRECTORY, Spool, type SpoolHints, temporaryHints } from '../source/spool.ts';
import { PROFILE, toolVersion } from '../versions.ts';
import type { PlannedTree } from './plan-tree.ts';

export interface Outputs {
  /** `-` is standard output. */
  readonly archive: string;
  /** Undefined where none is written. */
  readonly manifest: string | undefined;
  readonly force: boolean;
}

export interface WantedOutputs {
  readonly format: ArchiveFormat;
  /** `-` is standard output. */
  readonly output: string;
  readonly force: boolean;
  /** File; false for none; undefined for the one next to the archive. */
  readonly manifest: string | false | undefined;
}

/**
 * Reports problems with the outputs before any work is done.
 *
 * @throws output-exists, output-refused, usage
 */
export function chooseOutputs({ output, force, manifest, format }: WantedOutputs): Outputs {
  const isDirectory = rowOf(format).container?.kind === 'directory';
  if (isDirectory) checkLayoutName(output, force);
  const isStream = !isDirectory && (output === '-' || checkOutput(output, force) === 'stream');
  const beside = isStream ? undefined : `${output}.manifest.json`;
  const path = manifest === false ? undefined : (manifest ?? beside);
  if (manifest === '' || manifest === '-') {
    throw new StillrootError('usage', `invalid value ${JSON.stringify(manifest)}, wanted a file name`, {
      where: '--manifest',
    });
  }
  if (path !== undefined) {
    if (resolve(path) === resolve(output)) {
      throw new StillrootError('usage', 'names the archive itself', { where: `--manifest ${path}` });
    }
    checkOutput(path, force, MANIFEST_EXISTS);
  }
  return { archive: output, manifest: path, force };
}

function checkLayoutName(output: string, force: boolean): void {
  if (output === '-') {
    throw new StillrootError('usage', 'cannot take an image layout, which is a directory', {
      where: 'standard output',
      hint: 'Name a directory, or use --format oci.tar.',
    });
  }
  checkImageDirectory(output, force);
}

const MANIFEST_EXISTS =
  'Choose another name with --manifest, skip the manifest with --no-manifest, or overwrite it with --force.';

/** Neither may be inside the tree: the archive would contain part of itself, and the source would be written to. */
export function refuseOutputsInside(source: string, { archive, manifest }: Outputs): void {
  if (archive !== '-') refuseOutputInside(source, archive);
  if (manifest !== undefined) refuseOutputInside(source, manifest);
}

/**
 * Opens the output of an archive; `-` is standard output.
 * @throws StillrootError where it exists or cannot be written
 */
export function openArchive({ archive, force }: Outputs): FileOutput {
  return archive === '-' ? openStandardOutput() : openFileSink(archive, force);
}

/**
 * Opens the output of a container image; undefined for any other format.
 *
 * @param temporary directory for the layer of an image that is written to a stream
 * @throws StillrootError where it exists or cannot be written
 */
export function openContainerImage(
  outputs: Outputs,
  format: ArchiveFormat,
  temporary: string = DEFAULT_SPOOL_DIRECTORY,
): ImageOutput | undefined {
  const { container } = rowOf(format);
  const { archive, force } = outputs;
  if (container === undefined) return undefined;
  if (container.kind === 'directory') return openImageDirectory(archive, force);
  // A layer precedes what names it by its digest, so it is written twice: first beside the output.
  const isFile = archive !== '-' && checkOutput(archive, force) === 'file';
  const layer = isFile
    ? new Spool(dirname(archive), LAYER, BESIDE)
    : new Spool(temporary, LAYER, temporaryHints('write the image to a file'));
  try {
    return new ImageArchiveSink(openArchive(outputs), layer);
  } catch (error) {
    layer.close();
    throw error;
  }
}

const LAYER = 'the layer of the image';
const BESIDE: SpoolHints = {
  full: 'Free some space, or write the image elsewhere.',
  unusable: 'Write the image to a directory that you can write to.',
};

/**
 * Name of the image in its manifest. An image not written to a file gets the name that mkosi gives to an unnamed image.
 */
export function imageName({ archive }: Outputs, format: ArchiveFormat): string {
  const isDirectory = rowOf(format).container?.kind === 'directory';
  const isFile = isDirectory || (archive !== '-' && checkOutput(archive, true) === 'file');
  return isFile ? basename(archive) : `image.${format}`;
}

/** A manifest as the bytes that are written: canonical JSON in UTF-8. */
export function manifestBytes(manifest: Manifest): Buffer {
  return Buffer.from(canonicalJson(manifest), 'utf8');
}

// The manifest of an image that has been written but is not yet visible.

/** Facts that only the caller knows. */
export interface ImageOrigin {
  readonly given: readonly GivenSetting[];
  /** Set where it does not follow from the settings. */
  readonly epochOrigin?: EpochOrigin;
  /** The command that built the tree. */
  readonly bootstrap?: ManifestBootstrap;
  /** What rules did to the tree before it was read. */
  readonly earlier?: readonly Change[];
}

export interface WrittenImage {
  /** File name, without directories. */
  readonly name: string;
  /** Including the segment as it is in the image. */
  readonly settings: Settings;
  /** As it follows the archive; undefined if it has none. */
  readonly bootConfig?: Uint8Array | undefined;
  readonly result: PackResult;
  readonly tree: PackedTree;
  /** The OS package that contains the image. */
  readonly osPackage?: ManifestOsPackage;
  /** The container image whose layer the archive is. */
  readonly containerImage?: ManifestContainerImage;
}

/** The manifest of a written image: settings, rules that changed something, packages and digests. */
export function imageManifest(planned: PlannedTree, image: WrittenImage, origin: ImageOrigin): Manifest {
  const { plan, inspection, rules } = planned;
  const { osPackage, containerImage } = image;
  const { given, bootstrap, earlier = [] } = origin;
  return buildManifest({
    name: image.name,
    tool: { version: toolVersion(), profile: PROFILE, encoder: encoderOf(image.settings.format) },
    given,
    effective: recordSettings(image.settings, image.bootConfig),
    epochOrigin: origin.epochOrigin ?? epochOrigin(given),
    ...(bootstrap === undefined ? {} : { bootstrap }),
    plan,
    rules,
    changes: joinChanges(earlier, plan.tally.list()),
    databases: inspection.ownership?.databases ?? [],
    result: image.result,
    tree: image.tree.finish(),
    ...(osPackage === undefined ? {} : { osPackage }),
    ...(containerImage === undefined ? {} : { containerImage }),
  });
}

/** An action applied twice did not affect more entries. */
function joinChanges(earlier: readonly Change[], later: readonly Change[]): Change[] {
  const key = ({ rule, action }: Change): string => `${rule} ${action}`;
  const joined = new Map([...later, ...earlier].map((change) => [key(change), change]));
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
}
