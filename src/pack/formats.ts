/**
 * Output formats: a row each. Whatever depends on the format of an archive asks its row. To add a format, add a row, with
 * an archive writer or a compressor of its own where there is none yet.
 */
import { StillrootError } from '../errors.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import type { Compressor } from './compressor.ts';
import { NEWC_WRITER } from './newc-writer.ts';

export interface FormatRow {
  /** What the name of such a file ends in. */
  readonly extension: string;
  /** Other endings that mean this format. */
  readonly aliases: readonly string[];
  readonly mediaType: string;
  /** Whether the kernel unpacks it as an initramfs, with early archives in front and a boot configuration behind. */
  readonly isBootable: boolean;
  readonly writer: ArchiveWriter;
  /** Undefined for an archive that is written as it is. */
  readonly compression: Compression | undefined;
}

export interface Compression {
  /** Bytes of the file in front of the first block. */
  readonly headBytes: number;
  /** Loaded when it is used: most runs need no encoder. */
  readonly load: () => Promise<Compressor>;
}

/** Of every compressor; the lowest level is 0. */
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

// What follows is derived when it is asked for, so that a row that a test adds counts too.

/** Names of all rows, in their order: what `--format` takes. */
export function archiveFormats(): readonly ArchiveFormat[] {
  return Object.keys(FORMATS) as ArchiveFormat[];
}

/** Those whose blocks a compressor encodes. */
export function compressedFormats(): readonly ArchiveFormat[] {
  return archiveFormats().filter(isCompressed);
}

/** What goes to standard output or a device, and what a tree is checked for that is not written. */
export const DEFAULT_FORMAT: ArchiveFormat = 'cpio';

/** Archive formats by the names that mkosi has for them, each once. */
export function mkosiFormats(): readonly string[] {
  return [...new Set(archiveFormats().map((format) => rowOf(format).writer.name))];
}

/** Everything that is known of a format. */
export function rowOf(format: ArchiveFormat): FormatRow {
  return FORMATS[format];
}

/** Whether a level, a block count and the block cache make sense for it. */
export function isCompressed(format: ArchiveFormat): boolean {
  return rowOf(format).compression !== undefined;
}

/** The endings as text: `.cpio or .cpio.xz`. */
export function extensionsText(last: 'or' | 'nor' = 'or'): string {
  const all = archiveFormats().map((format) => rowOf(format).extension);
  return `${all.slice(0, -1).join(', ')} ${last} ${all.at(-1)}`;
}

/**
 * The format that the name of an output says. Anything unknown is refused, since a wrong guess would surprise at boot.
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
  // The ending of a compression alone says little: with one, a tar archive stays a tar archive.
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

/** The name of an image without the ending of its format: `rootfs` of `rootfs.cpio.xz`. */
export function withoutExtension(name: string): string {
  const endings = archiveFormats().flatMap((format) => [rowOf(format).extension, ...rowOf(format).aliases]);
  const [longest] = endings
    .filter((ending) => name.length > ending.length && name.endsWith(ending))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? name : name.slice(0, -longest.length);
}
