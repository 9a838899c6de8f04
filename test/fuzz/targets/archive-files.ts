import { readdirSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { entryRow, longLine } from '../../../src/list/lines.ts';
import { readArchive } from '../../../src/source/archive.ts';
import type { ArchiveEntry } from '../../../src/source/archive-entry.ts';
import { lookUpEntries } from '../../../src/source/archive-source.ts';
import { type OpenSourceOptions, openSource } from '../../../src/source/open-source.ts';
import { DIRECTORY, newc, newcArchive, tarArchive, ustar, xzFile } from '../../support/archive-bytes.ts';
import { mutate } from '../mutate.ts';
import { ARCHIVE_CODES, type FuzzTarget } from '../target.ts';

const small = newcArchive(
  newc('a', { mode: DIRECTORY }),
  newc('a/b', { data: 'of b' }),
  newc('a/c', { data: '', inode: 3, nlink: 2 }),
  newc('a/d', { data: 'of c and d', inode: 3, nlink: 2 }),
  newc('e', { data: 'x'.repeat(300) }),
);
const early = newcArchive(newc('kernel', { mode: DIRECTORY }), newc('kernel/ucode', { data: 'microcode' }));
const LIMITS = { entries: 1000, uncompressedSize: 1 << 20 } as const;

/** Whole files as `list`, `extract` and `pack` open them: members, trees, contents, and the look-up by block. */
export function archiveFilesTarget(directory: string): FuzzTarget {
  const path = `${directory}/archive`;
  const options = { limits: LIMITS, temporary: directory };
  return {
    name: 'archive-files',
    share: 1,
    codes: ARCHIVE_CODES,
    corpus: async () => [
      small,
      Buffer.concat([early, Buffer.alloc(4), small]),
      tarArchive(
        ustar('a', { data: 'x'.repeat(600) }),
        ustar('b', { type: '1', link: 'a' }),
        ustar('d/', { type: '5' }),
      ),
      gzipSync(small),
      zstdCompressSync(small),
      await xzFile(small, [small.indexOf('070701', 130), small.indexOf('070701', 500)]),
      Buffer.concat([early, await xzFile(small, [100])]),
    ],
    change: mutate,
    async read(bytes) {
      writeFileSync(path, bytes);
      const descriptors = readdirSync('/proc/self/fd').length;
      const error = await readAll(path, options).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      const left = readdirSync('/proc/self/fd').length - descriptors;
      if (left !== 0) throw new Error(`${left} descriptors are left open`, { cause: error });
      if (error !== undefined) throw error;
    },
  };
}

async function readAll(path: string, options: OpenSourceOptions): Promise<void> {
  const found = await lookUpEntries(path, ['a/d'], options);
  for (const entry of found?.entries ?? []) longLine(entry);
  const lines: string[] = [];
  const list = (entry: ArchiveEntry, segment: number): void => {
    lines.push(longLine(entry), JSON.stringify(entryRow(entry, segment)));
  };
  await readArchive(path, { entry: list }, options);
  if (/[^ -~]/.test(lines.join(''))) throw new Error(`raw bytes in ${JSON.stringify(lines)}`);
  const source = await openSource(path, options);
  try {
    for (const entry of source.tree.entries) {
      if (entry.type === 'file') source.readFile(entry, LIMITS.uncompressedSize);
    }
  } finally {
    source.close();
  }
}
