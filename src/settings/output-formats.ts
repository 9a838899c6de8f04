/** Output formats: a row each. Whatever depends on the format of an archive asks here. */
import { StillrootError } from '../errors.ts';

export interface FormatRow {
  /** What the name of such a file ends in. */
  readonly extension: string;
  readonly mediaType: string;
  /** How the archive is compressed; undefined where it is not. */
  readonly compression: 'xz' | undefined;
}

export const FORMATS = {
  cpio: { extension: '.cpio', mediaType: 'application/x-cpio', compression: undefined },
  'cpio.xz': { extension: '.cpio.xz', mediaType: 'application/x-cpio+xz', compression: 'xz' },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type ArchiveFormat = keyof typeof FORMATS;

export const ARCHIVE_FORMATS: readonly ArchiveFormat[] = Object.keys(FORMATS) as ArchiveFormat[];

export function isCompressed(format: ArchiveFormat): boolean {
  return FORMATS[format].compression !== undefined;
}

/**
 * What the name of an output says. Anything unknown is refused, since a wrong guess would surprise at boot.
 *
 * @throws StillrootError `usage`
 */
export function formatOf(output: string): ArchiveFormat {
  if (output === '') {
    throw new StillrootError('usage', 'is empty', {
      where: '--output',
      hint: 'Name a file that ends in .cpio or .cpio.xz.',
    });
  }
  if (output.endsWith('.xz') && !output.endsWith('.tar.xz')) return 'cpio.xz';
  if (output === '-' || output.endsWith('.cpio') || output.startsWith('/dev/')) return 'cpio';
  throw new StillrootError('usage', 'ends in neither .cpio nor .cpio.xz', {
    where: output,
    hint: 'The name decides the format: use .cpio or .cpio.xz, or choose it with --format.',
  });
}
