/** Opens images made by tests, and says what their layers make. */
import { writeFileSync } from 'node:fs';
import { type ImageFiles, imageTar } from '../../../fixtures/containers/image-bytes.ts';
import { type OpenSourceOptions, openSource } from '../../../src/source/open-source.ts';
import type { Source } from '../../../src/source/source.ts';
import type { Scratch } from '../../support/temporary.ts';

export async function openedFile<T>(
  scratch: Scratch,
  bytes: Buffer,
  use: (source: Source) => T | Promise<T>,
  options: OpenSourceOptions = {},
): Promise<T> {
  const path = scratch.in('image.tar');
  writeFileSync(path, bytes);
  const source = await openSource(path, { temporary: scratch.path, ...options });
  try {
    return await use(source);
  } finally {
    source.close();
  }
}

/** `etc/`, `etc/x=content`, `link -> target`, in tree order; other names of a file as `name = first name`. */
export function contents(source: Source): string[] {
  return source.tree.entries.map((entry) => {
    const first = entry.links?.paths[0];
    if (first !== undefined && first !== entry.path) return `${entry.path} = ${first}`;
    if (entry.type === 'file') return `${entry.path}=${source.readFile(entry, 1e7).toString('latin1')}`;
    return entry.type === 'symlink' ? `${entry.path} -> ${entry.target}` : `${entry.path}/`;
  });
}

/** What the layers of an image make. */
export function flattened(
  scratch: Scratch,
  files: ImageFiles,
  options: OpenSourceOptions = {},
): Promise<string[]> {
  return openedFile(scratch, imageTar(files), contents, options);
}
