/** Lists the images of a directory for those who rebuild them and those who want to know who did. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexDocument } from '../documents/index-images.ts';
import { StillrootError } from '../errors.ts';
import { documentText } from '../json/document.ts';
import { writeTogether } from '../pack/sink-pair.ts';
import { type PackageReport, type PublishedImage, packageReports, versionOf } from '../publish/images.ts';
import { type Rebuilder, rebuildersOf } from '../publish/statements.ts';
import { isFile } from '../system/files.ts';
import { showText } from '../text/format.ts';
import { readManifestFile } from './manifest-file.ts';
import { findOriginal } from './recorded-inputs.ts';

/** More images than this are not one page, and not one request of a server. */
const MAX_IMAGES = 10_000;
const MANIFEST_SUFFIX = '.manifest.json';
const PAGE = 'index.html';
const LIST = /^rebuilderd\..+\.json$/;
/** The names are fixed. */
const EXISTS = 'Overwrite it with --force if it is an earlier index.';

export interface WantedIndex {
  readonly directory: string;
  /** As parseBaseUrl returns it. */
  readonly base: string;
  readonly architecture: string | undefined;
  readonly rebuilders: readonly Rebuilder[];
  /** Whether existing files are overwritten: an index.html may be somebody's own. */
  readonly force: boolean;
}

export interface ImageIndex {
  readonly images: readonly PublishedImage[];
  /** Documents for a server, by the name of their file. */
  readonly reports: ReadonlyMap<string, PackageReport>;
  /** Such files of an earlier index, for architectures that no image has any more. */
  readonly stale: readonly string[];
}

/**
 * Reads every manifest of a directory, not of those below it, and compares each image with its digest.
 *
 * @throws StillrootError `source-refused` for an image that is not the one of its manifest, or a directory without any;
 *   what readManifestFile throws
 */
export function indexImages(wanted: WantedIndex): ImageIndex {
  const { directory, base, architecture, rebuilders } = wanted;
  const all = listDirectory(directory);
  const names = manifestsOf(all, directory);
  const images = names.map((name) => readImage(directory, name, rebuilders));
  const reports = new Map(
    packageReports(images, base, architecture).map((report) => [
      `rebuilderd.${report.architecture}.json`,
      report,
    ]),
  );
  return { images, reports, stale: all.filter((name) => LIST.test(name) && !reports.has(name)).sort() };
}

function listDirectory(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT';
    throw new StillrootError(
      isMissing ? 'source-missing' : 'source-unreadable',
      isMissing ? 'no such directory' : `is not readable as a directory (${code})`,
      { where: showText(directory), hint: 'Name the directory in which the images are published.', cause },
    );
  }
}

function manifestsOf(all: readonly string[], directory: string): string[] {
  const found = all.filter((name) => name.endsWith(MANIFEST_SUFFIX)).sort();
  if (found.length > 0 && found.length <= MAX_IMAGES) return found;
  throw new StillrootError(
    'source-refused',
    found.length === 0
      ? `has no manifest (IMAGE${MANIFEST_SUFFIX})`
      : `has ${found.length} manifests, wanted at most ${MAX_IMAGES}`,
    {
      where: showText(directory),
      hint:
        found.length === 0 ? 'stillroot pack writes one beside each image.' : 'Make an index of each part.',
    },
  );
}

function readImage(
  directory: string,
  manifestName: string,
  rebuilders: readonly Rebuilder[],
): PublishedImage {
  const path = join(directory, manifestName);
  const { manifest, digest } = readManifestFile(path);
  const { name } = manifest.image;
  const refuse = (what: string, hint: string): StillrootError =>
    new StillrootError('source-refused', what, { where: showText(path), hint });
  if (`${name}${MANIFEST_SUFFIX}` !== manifestName) {
    throw refuse(
      `is the manifest of ${showText(name)}`,
      `Workers look for an image by the name of its manifest: call it ${showText(name)}${MANIFEST_SUFFIX}.`,
    );
  }
  if (findOriginal(manifest, path) === undefined) {
    throw refuse(
      `${showText(name)} is not beside it, or has another digest`,
      'Publish the image that the manifest describes, or pack it again.',
    );
  }
  if (!isFile(join(directory, name))) {
    throw refuse(
      `${showText(name)} is a directory, wanted one file that a worker can download`,
      'Pack the container image as an archive (.oci.tar).',
    );
  }
  const rebuiltBy = rebuildersOf(join(directory, name), manifest.image, rebuilders);
  return { manifestName, manifestDigest: digest, manifest, rebuiltBy };
}

/**
 * Writes the documents and the page into the directory: all of them, or none.
 *
 * @returns the names of the files
 * @throws StillrootError `output-exists`, `output-failed`
 */
export function writeIndex(
  { directory, force }: WantedIndex,
  { reports }: ImageIndex,
  page: string,
): readonly string[] {
  const texts = new Map([
    ...[...reports].map(([name, report]) => [name, documentText(report)] as const),
    [PAGE, page],
  ]);
  writeTogether(
    [...texts].map(([name, text]) => ({ path: join(directory, name), text })),
    force,
    EXISTS,
  );
  return [...texts.keys()];
}

/** What `stillroot index --json` prints. */
export function indexDocument(
  { directory, base }: WantedIndex,
  { images, stale }: ImageIndex,
  files: readonly string[],
): IndexDocument {
  return {
    schema: 'stillroot/index/1',
    directory,
    baseUrl: base,
    files,
    stale,
    images: images.map(({ manifest, rebuiltBy }) => ({
      name: manifest.image.name,
      digest: manifest.image.digest,
      version: versionOf(manifest),
      rebuiltBy,
    })),
  };
}
