import { statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { ArchiveSourceOptions } from './archive-source.ts';
import { type ScanOptions, scanDirectory } from './directory.ts';
import type { Source } from './source.ts';

export type OpenSourceOptions = ScanOptions & ArchiveSourceOptions;

/**
 * Reads the metadata of a tree, a directory or an archive; contents are read later, through the
 * source, which the caller must close.
 *
 * @throws StillrootError like scanDirectory and openArchiveSource
 */
export async function openSource(path: string, options: OpenSourceOptions = {}): Promise<Source> {
  // scanDirectory explains an empty path.
  if (path === '' || isDirectory(path)) return scanDirectory(path, options);
  // Loaded on demand: the readers of all formats are a fifth of the code of pack.
  const { openArchiveSource } = await import('./archive-source.ts');
  return await openArchiveSource(path, options);
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StillrootError(
      'source-missing',
      code === 'ENOENT' ? 'no such file or directory' : `cannot be accessed (${code})`,
      { where: path, hint: 'Name the directory of a root filesystem, or an archive of one.', cause },
    );
  }
}
