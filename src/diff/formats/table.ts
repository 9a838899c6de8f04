import { ARCHIVES } from './archives.ts';
import { DATABASES } from './databases.ts';
import { DOCUMENTS } from './documents.ts';
import { type Format, hasAt } from './format.ts';
import { IMAGES } from './images.ts';
import { PROGRAMS } from './programs.ts';
import { SYSTEM_FILES } from './system-files.ts';

/** The first that suits is the format of a file. */
export const FORMATS: readonly Format[] = [
  ...PROGRAMS,
  ...DATABASES,
  ...SYSTEM_FILES,
  ...ARCHIVES,
  ...IMAGES,
  ...DOCUMENTS,
];

/** @param path without the root; some formats are told by the name as well */
export function formatOf(path: string, bytes: Buffer): Format | undefined {
  return FORMATS.find(
    ({ magic, suits }) =>
      (magic === undefined ? suits !== undefined : magic.some(([at, text]) => hasAt(bytes, at, text))) &&
      (suits?.(bytes, path) ?? true),
  );
}
