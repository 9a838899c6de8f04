/** Shapes of values shared by documents, the manifest and its settings. */
import { object, type Shape, textLike, whole } from './shape.ts';

/** `sha256:HEX` */
export const digest: Shape<string> = textLike(
  /^sha256:[0-9a-f]{64}$/,
  'a digest (sha256: and 64 hexadecimal digits)',
);

export const sizedDigest: Shape<{ readonly digest: string; readonly size: number }> = object({
  digest,
  size: whole(),
});

/** The name of a file, which the reader joins to its own directory. */
const isFileName = textLike(/^(?!\.{1,2}$)[^/\0]{1,255}$/, 'a file name without a slash');
/** NAME_MAX of Linux is in bytes, which a schema cannot count. */
const NAME_BYTES_MAX = 255;

export const fileName: Shape<string> = {
  schema: isFileName.schema,
  check: (value) => {
    const wrong = isFileName.check(value);
    if (wrong !== undefined || Buffer.byteLength(value as string, 'utf8') <= NAME_BYTES_MAX) return wrong;
    return { place: [], found: value, wanted: `a file name of at most ${NAME_BYTES_MAX} bytes` };
  },
};
