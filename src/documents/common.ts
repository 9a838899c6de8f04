/** Shapes that several documents share. */
import { either, flag, listOf, nothing, object, oneOf, type Shape, textLike, whole } from '../json/shape.ts';

export const digest: Shape<string> = textLike(
  /^sha256:[0-9a-f]{64}$/,
  'a digest (sha256: and 64 hexadecimal digits)',
);

export const hexDigest: Shape<string> = textLike(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

/** What stands in front of an archive or behind it, of two files. */
export function surrounding(what: string): Shape<SurroundingDocument> {
  return object({ wanted: standing, found: standing, same: flag() }, what);
}

export interface SizedDocument {
  readonly size: number;
  readonly digest: string;
}

export interface SurroundingDocument {
  readonly wanted: SizedDocument | null;
  readonly found: SizedDocument | null;
  readonly same: boolean;
}

const standing: Shape<SizedDocument | null> = either(
  [object({ size: whole('Bytes.'), digest }), nothing()],
  'Null where nothing stands there.',
);

/** Where two archives are the same bytes and their files are not. */
export const around: Shape<readonly ('compression' | 'front' | 'boot-config' | 'padding')[]> = listOf(
  oneOf(['compression', 'front', 'boot-config', 'padding']),
  'Where the archives are the same bytes and the files are not: in what those differ.',
  1,
);
