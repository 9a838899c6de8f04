/** Shapes that several documents share. */
import { type Shape, textLike } from '../json/shape.ts';

export const digest: Shape<string> = textLike(
  /^sha256:[0-9a-f]{64}$/,
  'a digest (sha256: and 64 hexadecimal digits)',
);

export const hexDigest: Shape<string> = textLike(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
