/** Which directory may be replaced by an image layout. */
import { lstatSync, readdirSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { BLOBS_DIRECTORY, INDEX_FILE, LAYOUT_FILE, SAVED_FILE } from '../formats/oci/layout.ts';
import { outputFailed } from '../system/files.ts';
import { EXISTS_HINT, requireWritableDirectory } from './output-kind.ts';

/** Checks before the work for what would fail after it. @throws output-exists, output-refused, output-failed */
export function checkImageDirectory(path: string, force: boolean): void {
  if (/(?:^|\/)\.{1,2}\/*$/.test(path)) {
    throw new StillrootError('output-refused', 'is no name that a new directory could get', {
      where: path,
      hint: 'Name it from the directory that it is in.',
    });
  }
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) {
      requireWritableDirectory(path);
      return;
    }
    if (!found.isDirectory()) {
      throw new StillrootError('output-exists', 'is not a directory, as a layout must be', {
        where: path,
        hint: 'Choose another name, or write one file with a name that ends in .oci.tar.',
      });
    }
    if (!force) {
      throw new StillrootError('output-exists', 'already exists', { where: path, hint: EXISTS_HINT });
    }
    requireWritableDirectory(path);
    const other = otherContent(path);
    if (other === undefined) return;
    throw new StillrootError('output-refused', `is a directory with other content, such as ${other}`, {
      where: path,
      hint: 'Only an image layout or an empty directory is replaced. Choose another name.',
    });
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}

/** Names in blobs/ and in the directories below it: image-spec, descriptor.md, digests. */
const ALGORITHM = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*$/;
const ENCODED = /^[a-zA-Z0-9=_-]{32,}$/;

/** @returns the name of something in a directory that no image layout has; undefined for a layout or an empty directory */
function otherContent(path: string): string | undefined {
  const entries = readdirSync(path, { withFileTypes: true });
  const isLayout = entries.some((entry) => entry.name === LAYOUT_FILE && entry.isFile());
  for (const entry of entries) {
    const { name } = entry;
    const isOwn = name === BLOBS_DIRECTORY ? entry.isDirectory() : FILES.includes(name) && entry.isFile();
    if (!isLayout || !isOwn) return name;
  }
  if (!entries.some(({ name }) => name === BLOBS_DIRECTORY)) return undefined;
  const blobs = `${path}/${BLOBS_DIRECTORY}`;
  for (const algorithm of readdirSync(blobs, { withFileTypes: true })) {
    const directory = `${BLOBS_DIRECTORY}/${algorithm.name}`;
    if (!algorithm.isDirectory() || !ALGORITHM.test(algorithm.name)) return directory;
    const other = readdirSync(`${path}/${directory}`, { withFileTypes: true }).find(
      (blob) => !blob.isFile() || !ENCODED.test(blob.name),
    );
    if (other !== undefined) return `${directory}/${other.name}`;
  }
  return undefined;
}

const FILES = [LAYOUT_FILE, INDEX_FILE, SAVED_FILE];
