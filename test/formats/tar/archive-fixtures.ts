import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { TarWriter } from '../../../fixtures/tar/writers.ts';

/** What `fixtures/tar/make-archives.ts` packed. */
export function readArchive({ name }: TarWriter): Buffer {
  return gunzipSync(readFileSync(new URL(`../../../fixtures/tar/archives/${name}.tar.gz`, import.meta.url)));
}
