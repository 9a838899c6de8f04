/** The format of an initramfs that is packed in its own place, and whose name says none: `initrd.img-6.1.0`. */
import { statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { Compression } from '../formats/compression.ts';
import type { ArchiveFormat } from '../pack/formats.ts';
import { readArchive } from '../source/archive.ts';
import type { ReadLimits } from '../source/read-limits.ts';

const FORMATS: Readonly<Partial<Record<Compression, ArchiveFormat>>> = {
  none: 'cpio',
  gzip: 'cpio.gz',
  xz: 'cpio.xz',
  zstd: 'cpio.zst',
};

/** Whether both names are of one regular file, or one name of a file that is missing. */
export function areOneFile(source: string, output: string): boolean {
  const [a, b] = [source, output].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  if (a === undefined) return source === output;
  return b !== undefined && a.isFile() && a.ino === b.ino && a.dev === b.dev;
}

/**
 * A cpio format with the compression of the last archive of the file; generators put uncompressed ones before it.
 *
 * @returns undefined where the file ends with no cpio archive
 * @throws usage where stillroot does not write that compression; source-missing, archive-malformed and the like
 */
export async function formatOfInitramfs(
  path: string,
  limits: Partial<ReadLimits>,
): Promise<ArchiveFormat | undefined> {
  let compression: Compression = 'none';
  let isCpio = false;
  await readArchive(
    path,
    {
      start: (start) => {
        compression = start.compression;
      },
      entry: () => {},
      end: ({ format }) => {
        isCpio = format !== undefined && format !== 'tar';
      },
    },
    { limits },
  );
  if (!isCpio) return undefined;
  const format = FORMATS[compression];
  if (format !== undefined) return format;
  throw new StillrootError(
    'usage',
    `is compressed with ${compression}, which stillroot reads but does not write`,
    {
      where: path,
      hint: 'Choose a compression that your kernel knows: --format cpio.zst, cpio.xz or cpio.gz.',
    },
  );
}
