import { statSync } from 'node:fs';
import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { LAYOUT_FILE, SAVED_FILE } from '../formats/oci/layout.ts';
import { isFile } from '../system/files.ts';
import { storedPath } from '../system/streams.ts';
import type { ArchiveSourceOptions } from './archive-source.ts';
import { isContainer } from './container/is-container.ts';
import { type ScanOptions, scanDirectory } from './directory.ts';
import type { DirectorySource } from './directory-source.ts';
import type { OpenArchivedFile } from './open-archived-file.ts';
import { openFailed } from './open-failed.ts';
import type { Source } from './source.ts';

/** Which image is meant where the source is a container image, or holds several. */
export interface ImageOptions {
  /** See WantedImage; false reads a container image as a tree of files. */
  readonly image?: string | false | undefined;
  readonly platform?: string | undefined;
  /** Whether `image` only counts where the source is a container image. Default: an error for any other source. */
  readonly isImageOptional?: boolean;
}

/** What decides which tree is read. */
export type TreeReadOptions = Pick<ScanOptions, 'crossMounts'> & ImageOptions;

export type OpenArchiveOptions = ArchiveSourceOptions & ImageOptions;
export type OpenSourceOptions = ScanOptions & OpenArchiveOptions;

/** The tree of an archive or of a container image. */
export interface ArchivedTree extends Source {
  readonly hasRoot: boolean;
  open(entry: Parameters<Source['open']>[0]): OpenArchivedFile;
}

/**
 * Reads the metadata of a tree: a directory, an archive, or a container image as either; contents are read later, through
 * the source, which the caller must close.
 *
 * @throws StillrootError like scanDirectory, openArchiveSource and openContainer
 */
export async function openSource(path: string, options: OpenSourceOptions = {}): Promise<Source> {
  // scanDirectory explains an empty path.
  if (path !== '' && !isDirectory(path)) return openArchive(path, options);
  const source = scanDirectory(path, options);
  return isImageWanted(source, options) ? await openLayout(source, options) : source;
}

/**
 * The same for an archive or a container image, which may be a directory.
 *
 * @throws StillrootError like openArchiveSource and openContainer
 */
export async function openArchive(path: string, options: OpenArchiveOptions = {}): Promise<ArchivedTree> {
  if (path !== '' && isDirectory(path) && MARKS.some((name) => isFile(join(path, name)))) {
    const source = scanDirectory(path);
    if (isImageWanted(source, options)) return await openLayout(source, options);
    source.close();
  }
  // Loaded on demand: the readers of all formats are a fifth of the code of pack.
  const { openArchiveSource } = await import('./archive-source.ts');
  const source = await openArchiveSource(path, options);
  if (!isImageWanted(source, options)) return source;
  return await openImage(source, source.size, options);
}

/** @throws StillrootError `usage` where an image is named and there is none; the source is closed then */
function isImageWanted(source: Source, { image, isImageOptional = false }: ImageOptions): boolean {
  if (image === false) return false;
  if (isContainer(source.tree.entries)) return true;
  if (image === undefined || isImageOptional) return false;
  source.close();
  throw new StillrootError('usage', `is not a container image, so it has no image ${JSON.stringify(image)}`, {
    where: source.name,
    hint: 'Name an OCI layout or an archive of docker save, or leave out --image.',
  });
}

async function openLayout(source: DirectorySource, options: OpenArchiveOptions): Promise<ArchivedTree> {
  const stored = source.tree.entries.reduce((sum, { size }) => sum + size, 0);
  return await openImage(source, { stored, content: stored }, options);
}

/** A directory that is a container image has one of them. */
const MARKS = [LAYOUT_FILE, SAVED_FILE];

async function openImage(
  source: Parameters<typeof import('./container/container-source.ts').openContainer>[0],
  size: Parameters<typeof import('./container/container-source.ts').openContainer>[1],
  { image, ...options }: OpenArchiveOptions,
): Promise<ArchivedTree> {
  const { openContainer } = await import('./container/container-source.ts');
  return await openContainer(source, size, { ...options, image: image === false ? undefined : image });
}

/** @throws source-missing, with what to do; `system/files.ts` has the same as a mere question */
function isDirectory(path: string): boolean {
  try {
    return statSync(storedPath(path)).isDirectory();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const name = 'Name the directory of a root filesystem, or an archive of one.';
    const { what, hint } =
      code === 'ENOENT'
        ? { what: 'no such file or directory', hint: name }
        : openFailed(cause, 'accessed', 'Run as a user who can read it.', name);
    throw new StillrootError('source-missing', what, { where: path, hint, cause });
  }
}
