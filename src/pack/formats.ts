/**
 * Output formats: a row each. Everything that depends on the format of an archive is in its row. To add a format, add a
 * row, with a new archive writer or compressor where needed.
 */
import { StillrootError } from '../errors.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import type { Compressor } from './compressor.ts';
import { NEWC_WRITER } from './newc-writer.ts';

export interface FormatRow {
  /** Extension of such a file. */
  readonly extension: string;
  /** Other extensions that mean this format. */
  readonly aliases: readonly string[];
  readonly mediaType: string;
  /** Whether the kernel unpacks it as an initramfs, with early archives before it and a boot configuration after it. */
  readonly isBootable: boolean;
  readonly writer: ArchiveWriter;
  /** Undefined for an uncompressed archive. */
  readonly compression: Compression | undefined;
}

export interface Compression {
  /** Bytes of the file before the first block. */
  readonly headBytes: number;
  /** Loaded on demand: most runs need no encoder. */
  readonly load: () => Promise<Compressor>;
}

/** Highest level of every compressor; the lowest is 0. */
export const LEVEL_MAX = 9;

export const FORMATS = {
  cpio: {
    extension: '.cpio',
    aliases: [],
    mediaType: 'application/x-cpio',
    isBootable: true,
    writer: NEWC_WRITER,
    compression: undefined,
  },
  'cpio.xz': {
    extension: '.cpio.xz',
    aliases: ['.xz'],
    mediaType: 'application/x-cpio+xz',
    isBootable: true,
    writer: NEWC_WRITER,
    compression: { headBytes: 12, load: async () => (await import('./xz-compressor.ts')).XZ_COMPRESSOR },
  },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type ArchiveFormat = keyof typeof FORMATS;

// The rest is derived on each call, so that a row added by a test counts too.

/** Names of all output formats, in the order of the table: the values of `--format`. */
export function archiveFormats(): readonly ArchiveFormat[] {
  return Object.keys(FORMATS) as ArchiveFormat[];
}

/** The output formats whose blocks a compressor encodes. */
export function compressedFormats(): readonly ArchiveFormat[] {
  return archiveFormats().filter(isCompressed);
}

/** The format for standard output and devices, and the one a tree is checked for when nothing is written. */
export const DEFAULT_FORMAT: ArchiveFormat = 'cpio';

/** mkosi's names of the archive formats, each once. */
export function mkosiFormats(): readonly string[] {
  return [...new Set(archiveFormats().map((format) => rowOf(format).writer.name))];
}

/** The row of a format in the table. */
export function rowOf(format: ArchiveFormat): FormatRow {
  return FORMATS[format];
}

/** Whether a format is compressed, so that a level, a block count and the block cache make sense for it. */
export function isCompressed(format: ArchiveFormat): boolean {
  return rowOf(format).compression !== undefined;
}

/** The extensions as text: `.cpio or .cpio.xz`. */
export function extensionsText(last: 'or' | 'nor' = 'or'): string {
  const all = archiveFormats().map((format) => rowOf(format).extension);
  return `${all.slice(0, -1).join(', ')} ${last} ${all.at(-1)}`;
}

/**
 * The format implied by the name of an output. Anything unknown is refused, since a wrong guess would only show at boot.
 *
 * @throws StillrootError `usage`
 */
export function formatOf(output: string): ArchiveFormat {
  if (output === '') {
    throw new StillrootError('usage', 'is empty', {
      where: '--output',
      hint: `Name a file that ends in ${extensionsText()}.`,
    });
  }
  const byExtension = archiveFormats().find((format) => output.endsWith(rowOf(format).extension));
  if (byExtension !== undefined) return byExtension;
  // The extension of a compression alone is ambiguous: a compressed tar archive is still a tar archive.
  const byAlias = archiveFormats().find((format) =>
    rowOf(format).aliases.some((alias) => output.endsWith(alias) && !output.endsWith(`.tar${alias}`)),
  );
  if (byAlias !== undefined) return byAlias;
  if (output === '-' || output.startsWith('/dev/')) return DEFAULT_FORMAT;
  throw new StillrootError('usage', `ends in neither ${extensionsText('nor')}`, {
    where: output,
    hint: `The name decides the format: use ${extensionsText()}, or choose it with --format.`,
  });
}

/** The name of an image without the extension of its format: `rootfs` for `rootfs.cpio.xz`. */
export function withoutExtension(name: string): string {
  const endings = archiveFormats().flatMap((format) => [rowOf(format).extension, ...rowOf(format).aliases]);
  const [longest] = endings
    .filter((ending) => name.length > ending.length && name.endsWith(ending))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? name : name.slice(0, -longest.length);
}
