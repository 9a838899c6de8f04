import { readFileSync } from 'node:fs';
import { decodeHeader, HEADER_SIZE, paddingAfter } from '../cpio/newc.ts';
import { StillrootError } from '../errors.ts';

/**
 * Reads an uncompressed early cpio, such as microcode, that goes in front of the archive as it is.
 * The kernel wants the next archive at a multiple of four bytes, so it is padded with NUL.
 *
 * @throws source-missing, source-not-supported
 */
export function readEarlySegment(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new StillrootError('source-missing', `cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      where: path,
      hint: 'Name an uncompressed cpio archive after --segment.',
      cause,
    });
  }
  if (bytes.length < HEADER_SIZE) {
    throw new StillrootError(
      'source-not-supported',
      `has ${bytes.length} bytes, too few for a cpio archive`,
      {
        where: path,
        hint: 'The kernel finds microcode only in an uncompressed newc archive.',
      },
    );
  }
  try {
    decodeHeader(bytes, 0, `${path}: byte 0`);
  } catch (cause) {
    throw new StillrootError('source-not-supported', 'is not an uncompressed newc cpio archive', {
      where: path,
      hint: 'The kernel finds microcode only in an uncompressed newc archive; decompress it first.',
      cause,
    });
  }
  return Buffer.concat([bytes, Buffer.alloc(paddingAfter(bytes.length))]);
}
