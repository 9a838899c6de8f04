/** Where the manifest of an image goes. */
import { basename, resolve } from 'node:path';
import { StillrootError } from '../errors.ts';
import { canonicalJson } from '../manifest/canonical-json.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { ArchiveFormat } from '../pack/formats.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import { checkOutput, type FileOutput, openFileSink, openStandardOutput } from '../pack/sink.ts';

export interface Outputs {
  /** `-` is standard output. */
  readonly archive: string;
  /** Undefined where none is written. */
  readonly manifest: string | undefined;
  readonly force: boolean;
}

export interface WantedOutputs {
  /** `-` is standard output. */
  readonly output: string;
  readonly force: boolean;
  /** File; false for none; undefined for the one beside the archive. */
  readonly manifest: string | false | undefined;
}

/**
 * Says what is wrong with them before any work is done.
 *
 * @throws output-exists, output-refused, usage
 */
export function chooseOutputs({ output, force, manifest }: WantedOutputs): Outputs {
  const isStream = output === '-' || checkOutput(output, force) === 'stream';
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

const MANIFEST_EXISTS =
  'Choose another name with --manifest, skip the manifest with --no-manifest, or overwrite it with --force.';

/** Neither may be in the tree: the archive would hold a part of itself, and the source would be written to. */
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

/** Of the image in its manifest. What goes to no file has the name that mkosi gives to an image without one. */
export function imageName({ archive }: Outputs, format: ArchiveFormat): string {
  const isFile = archive !== '-' && checkOutput(archive, true) === 'file';
  return isFile ? basename(archive) : `image.${format}`;
}

/** A manifest as the bytes that are written: canonical JSON in UTF-8. */
export function manifestBytes(manifest: Manifest): Buffer {
  return Buffer.from(canonicalJson(manifest), 'utf8');
}
