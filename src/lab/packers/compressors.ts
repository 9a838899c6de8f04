/** One archive, made as well as GNU cpio can, through each compressor. */
import type { Packer } from '../packer.ts';

const CPIO =
  'cd {root} && find . -mindepth 1 -print0 | LC_ALL=C sort -z | cpio --quiet --null -o -H newc --reproducible -R 0:0';

const through = (id: string, program: string, command: string, extension: string, about: string): Packer => ({
  id,
  about: `GNU cpio --reproducible, sorted, owners 0:0; ${about}`,
  source: program,
  command: `${CPIO} | ${command} > {out}`,
  extension: `.cpio${extension}`,
  programs: ['find', 'sort', 'cpio', program],
  ownersToRoot: true,
});

export const COMPRESSORS: readonly Packer[] = [
  through('cpio-gzip', 'gzip', 'gzip -9 -n', '.gz', 'gzip -9 -n'),
  through('cpio-pigz', 'pigz', 'pigz -9 -n -p {threads}', '.gz', 'pigz'),
  {
    ...through(
      'cpio-xz',
      'xz',
      'xz -6 -T{threads} --check=crc32',
      '.xz',
      'xz -6 with as many threads as are asked for',
    ),
    quick: true,
  },
  through('cpio-xz-1', 'xz', 'xz -6 -T1 --check=crc32', '.xz', 'xz -6 with one thread'),
  through('cpio-xz-0', 'xz', 'xz -6 -T0 --check=crc32', '.xz', 'xz -6 with a thread for every processor'),
  through(
    'cpio-zstd',
    'zstd',
    'zstd -q -19 -T{threads}',
    '.zst',
    'zstd -19 with as many threads as are asked for',
  ),
  through('cpio-lz4', 'lz4', 'lz4 -q -l -9', '.lz4', 'lz4 -9 in the format of the kernel'),
];
