/**
 * Output formats: a row each. Everything that depends on the format of an archive is in its row. To add a format, add a
 * row, with a new archive writer or compressor where needed.
 */
import { StillrootError } from '../errors.ts';
import { ENCODERS } from '../formats/encoders.ts';
import { OCI_INDEX } from '../formats/oci/media-types.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import type { Compressor } from './compressor.ts';
import {
  GZIP_LEVELS,
  highestLevel,
  type Level,
  type LevelScale,
  levelAt,
  XZ_LEVELS,
  ZSTD_LEVELS,
} from './levels.ts';
import { NEWC_WRITER } from './newc-writer.ts';
import { TAR_WRITER } from './tar-writer.ts';

export interface FormatRow {
  /** Extension of such a file; undefined where no name implies the format. */
  readonly extension: string | undefined;
  /** Other extensions that mean this format. */
  readonly aliases: readonly string[];
  readonly mediaType: string;
  /** Whether the kernel unpacks it as an initramfs, with early archives before it and a boot configuration after it. */
  readonly isBootable: boolean;
  readonly writer: ArchiveWriter;
  /** Undefined for an uncompressed archive. */
  readonly compression: Compression | undefined;
  /** What wraps the archive. */
  readonly container?: ContainerImage;
}

/** A container image whose only layer the archive is: `writer` and `compression` are those of the layer. */
export interface ContainerImage {
  /** Whether its layout is one tar archive or a directory. */
  readonly kind: 'file' | 'directory';
  readonly layer: LayerCompression;
}

export interface Compression {
  /** Name and version of the encoder. With the level it determines every byte, so it is part of the key of the block cache. */
  readonly encoder: string;
  readonly scale: LevelScale;
  /** Bytes of the file before the first block. @param size bytes of the uncompressed archive */
  readonly headBytes: (size: number) => number;
  /** Loaded on demand: most runs need no encoder. */
  readonly load: () => Promise<Compressor>;
}

export const LAYER_COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;
export type LayerCompression = (typeof LAYER_COMPRESSIONS)[number];

const XZ: Compression = {
  encoder: ENCODERS.xz,
  scale: XZ_LEVELS,
  headBytes: () => 12,
  load: async () => (await import('./xz-compressor.ts')).XZ_COMPRESSOR,
};

const ZSTD: Compression = {
  encoder: ENCODERS.zstd,
  scale: ZSTD_LEVELS,
  // The field of the content size has four bytes or eight.
  headBytes: (size) => (size < 2 ** 32 ? 10 : 14),
  load: async () => (await import('./zstd-compressor.ts')).ZSTD_COMPRESSOR,
};

const GZIP: Compression = {
  encoder: ENCODERS.gzip,
  scale: GZIP_LEVELS,
  headBytes: () => 10,
  load: async () => (await import('./gzip-compressor.ts')).GZIP_COMPRESSOR,
};

const LAYERS: Readonly<Record<LayerCompression, Compression | undefined>> = {
  gzip: GZIP,
  zstd: ZSTD,
  none: undefined,
};

function containerImage(
  kind: ContainerImage['kind'],
  layer: LayerCompression,
  extension?: string,
): FormatRow {
  return {
    extension,
    aliases: [],
    mediaType: kind === 'file' ? 'application/x-tar' : OCI_INDEX,
    isBootable: false,
    writer: TAR_WRITER,
    compression: LAYERS[layer],
    container: { kind, layer },
  };
}

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
    compression: XZ,
  },
  'cpio.zst': {
    extension: '.cpio.zst',
    aliases: ['.zst'],
    mediaType: 'application/x-cpio+zstd',
    isBootable: true,
    writer: NEWC_WRITER,
    compression: ZSTD,
  },
  'cpio.gz': {
    extension: '.cpio.gz',
    aliases: ['.gz'],
    mediaType: 'application/x-cpio+gzip',
    isBootable: true,
    writer: NEWC_WRITER,
    compression: GZIP,
  },
  tar: {
    extension: '.tar',
    aliases: [],
    mediaType: 'application/x-tar',
    isBootable: false,
    writer: TAR_WRITER,
    compression: undefined,
  },
  'tar.xz': {
    extension: '.tar.xz',
    aliases: ['.txz'],
    mediaType: 'application/x-tar+xz',
    isBootable: false,
    writer: TAR_WRITER,
    compression: XZ,
  },
  'tar.zst': {
    extension: '.tar.zst',
    aliases: ['.tzst'],
    mediaType: 'application/x-tar+zstd',
    isBootable: false,
    writer: TAR_WRITER,
    compression: ZSTD,
  },
  'tar.gz': {
    extension: '.tar.gz',
    aliases: ['.tgz'],
    mediaType: 'application/x-tar+gzip',
    isBootable: false,
    writer: TAR_WRITER,
    compression: GZIP,
  },
  'oci.tar': containerImage('file', 'gzip', '.oci.tar'),
  'oci.tar+zstd': containerImage('file', 'zstd'),
  'oci.tar+none': containerImage('file', 'none'),
  oci: containerImage('directory', 'gzip'),
  'oci+zstd': containerImage('directory', 'zstd'),
  'oci+none': containerImage('directory', 'none'),
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
  return [...new Set(archiveFormats().map(mkosiFormat))];
}

/** mkosi's name of a format, which says nothing about compression. */
export function mkosiFormat(format: ArchiveFormat): string {
  const { container, writer } = rowOf(format);
  return container === undefined ? writer.name : 'oci';
}

/** Media type of the uncompressed archive. */
export function plainMediaType(format: ArchiveFormat): string {
  const { writer } = rowOf(format);
  const plain = archiveFormats().find((each) => rowOf(each).writer === writer && !isCompressed(each));
  return rowOf(plain ?? format).mediaType;
}

export function isContainerImage(format: ArchiveFormat): boolean {
  return rowOf(format).container !== undefined;
}

/**
 * The format with another compression of the layer.
 *
 * @param layer undefined for the one that the format has
 * @returns undefined for a format without layers
 */
export function withLayerCompression(
  format: ArchiveFormat,
  layer: LayerCompression,
): ArchiveFormat | undefined {
  const kind = rowOf(format).container?.kind;
  return archiveFormats().find((each) => {
    const { container } = rowOf(each);
    return container !== undefined && container.kind === kind && container.layer === layer;
  });
}

/** The row of a format in the table. */
export function rowOf(format: ArchiveFormat): FormatRow {
  return FORMATS[format];
}

/** Whether a format is compressed, so that a level, a block count and the block cache make sense for it. */
export function isCompressed(format: ArchiveFormat): boolean {
  return rowOf(format).compression !== undefined;
}

/**
 * Name and version of the encoder of a format. Documents always name one: where nothing is compressed, that of the
 * first format in the table that has one.
 */
export function encoderOf(format: ArchiveFormat): string {
  const encoders = archiveFormats().map((each) => rowOf(each).compression?.encoder);
  return rowOf(format).compression?.encoder ?? encoders.find((encoder) => encoder !== undefined) ?? '';
}

/** The levels of a format; undefined where nothing is compressed. */
export function scaleOf(format: ArchiveFormat): LevelScale | undefined {
  return rowOf(format).compression?.scale;
}

/** The numbers of a level of a format, of the standard one where none is given; undefined where nothing is compressed. */
export function levelOf({
  format,
  level,
}: {
  readonly format: ArchiveFormat;
  readonly level: number | undefined;
}): Level | undefined {
  const scale = scaleOf(format);
  return scale === undefined ? undefined : levelAt(scale, level ?? scale.standard);
}

/** The lowest and the highest number that is a level of any format. */
export function levelRange(): { readonly minimum: number; readonly maximum: number } {
  const scales = compressedFormats().flatMap((format) => scaleOf(format) ?? []);
  return {
    minimum: Math.min(...scales.map(({ minimum }) => minimum)),
    maximum: Math.max(...scales.map(highestLevel)),
  };
}

/** The levels of each compression: `.xz 0-9, .zst 1-19`. */
export function levelsText(): string {
  return eachCompression((ending, scale) => `${ending} ${scale.minimum}-${highestLevel(scale)}`);
}

/** The level that each compression has where none is given, in the same order: `5, 3`. */
export function standardLevelsText(): string {
  return eachCompression((_ending, { standard }) => String(standard));
}

function eachCompression(text: (ending: string, scale: LevelScale) => string): string {
  const byEnding = new Map<string, string>();
  for (const format of compressedFormats()) {
    // Those of a layer are the same.
    if (isContainerImage(format)) continue;
    const [scale, ending] = [scaleOf(format), `.${format.split('.').at(-1)}`];
    if (scale !== undefined) byEnding.set(ending, text(ending, scale));
  }
  return [...byEnding.values()].join(', ');
}

/** Such as `0 to 9`. */
export function rangeText(scale: LevelScale): string {
  return `${scale.minimum} to ${highestLevel(scale)}`;
}

/** The extensions as text: `.cpio or .cpio.xz`. */
export function extensionsText(): string {
  const all = archiveFormats().flatMap((format) => rowOf(format).extension ?? []);
  return `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
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
  const named = formatOfName(output);
  if (named !== undefined) return named;
  if (output === '-' || output.startsWith('/dev/')) return DEFAULT_FORMAT;
  throw new StillrootError('usage', 'has a name that does not tell its format', {
    where: output,
    hint: namingHint(output),
  });
}

/** Whether the name alone implies a format. */
export function saysFormat(output: string): boolean {
  return formatOfName(output) !== undefined;
}

/**
 * The format that the whole extension of a name implies, if another is written under it. An image may be called a `.tar`,
 * since it is one.
 */
export function contradictedBy(output: string, format: ArchiveFormat): ArchiveFormat | undefined {
  const named = formatOfName(output);
  if (named === undefined || named === format || !output.endsWith(rowOf(named).extension ?? '/'))
    return undefined;
  return named.startsWith('tar') && rowOf(format).container !== undefined ? undefined : named;
}

function formatOfName(output: string): ArchiveFormat | undefined {
  const byExtension = archiveFormats()
    .map((format) => ({ format, extension: rowOf(format).extension }))
    .filter(({ extension }) => extension !== undefined && output.endsWith(extension))
    // `.oci.tar` is no `.tar`.
    .sort((a, b) => (b.extension?.length ?? 0) - (a.extension?.length ?? 0));
  if (byExtension[0] !== undefined) return byExtension[0].format;
  // The extension of a compression alone is ambiguous: a compressed tar archive is still a tar archive.
  return archiveFormats().find((format) =>
    rowOf(format).aliases.some((alias) => output.endsWith(alias) && !output.endsWith(`.tar${alias}`)),
  );
}

/** Programs for formats that are not in the table, and that unpack the same archive again. */
const COMPRESSORS: Readonly<Record<string, string>> = {
  '.bz2': 'bzip2 -9',
  '.lz4': 'lz4 -l',
  '.lzma': 'xz --format=lzma',
  '.lzo': 'lzop -9',
};

/** What is written for extensions that formats have elsewhere. */
const MEANT: Readonly<Record<string, string>> = { '.zstd': '.zst', '.gzip': '.gz', '.oci': '.oci.tar' };

function namingHint(output: string): string {
  const ending = /\.[^./]*$/.exec(output)?.[0] ?? '';
  const meant = Object.hasOwn(MEANT, ending) ? `${output.slice(0, -ending.length)}${MEANT[ending]}` : '';
  if (formatOfName(meant) !== undefined) return `Did you mean ${JSON.stringify(meant)}?`;
  const program = Object.hasOwn(COMPRESSORS, ending) ? COMPRESSORS[ending] : undefined;
  const names = `End it in ${extensionsText()}, or choose a format with --format`;
  return program === undefined ? `${names}.` : `${names}; for ${ending}, write to -o - | ${program}.`;
}

/** The name of an image without the extension of its format: `rootfs` for `rootfs.cpio.xz`. */
export function withoutExtension(name: string): string {
  const endings = archiveFormats()
    .flatMap((format) => [rowOf(format).extension ?? [], ...rowOf(format).aliases])
    .flat();
  const [longest] = endings
    .filter((ending) => name.length > ending.length && name.endsWith(ending))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? name : name.slice(0, -longest.length);
}
