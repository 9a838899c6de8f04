import { StillrootError, systemCode } from '../errors.ts';
import { CpioParser } from '../formats/cpio/cpio-parser.ts';
import { decodeHeader, HEADER_SIZE, paddingAfter } from '../formats/cpio/newc.ts';
import { readNamedFile } from '../system/named-file.ts';

/** It is held in memory; microcode of all processors of a vendor takes some ten megabytes. */
const SEGMENT_BYTES_MAX = 512 * 1024 * 1024;

/**
 * Reads an uncompressed early cpio, such as microcode, that is written unchanged before the archive.
 * The kernel wants the next archive at a multiple of four bytes, so it is padded with NUL. It is parsed to
 * its end: if it were truncated, the kernel would take the first entries of the archive for the rest of it.
 *
 * @throws source-missing, source-unreadable, source-not-supported
 */
export async function readEarlySegment(path: string): Promise<Buffer> {
  const bytes = await readNamedFile(path, SEGMENT_BYTES_MAX, (what, cause) => {
    const isMissing = systemCode(cause) === 'ENOENT';
    const code =
      cause === undefined ? 'source-not-supported' : isMissing ? 'source-missing' : 'source-unreadable';
    const hint = 'Name an uncompressed cpio archive with --segment.';
    return new StillrootError(code, what, { where: path === '' ? '--segment' : path, hint, cause });
  });
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
    throw refusal(path, 'is not an uncompressed newc cpio archive', cause);
  }
  try {
    requireWhole(path, bytes);
  } catch (cause) {
    if (!(cause instanceof StillrootError)) throw cause;
    throw refusal(path, `is not entirely an uncompressed newc cpio archive (${cause.message})`, cause);
  }
  return Buffer.concat([bytes, Buffer.alloc(paddingAfter(bytes.length))]);
}

/** One archive or several, with NUL between and after them. */
function requireWhole(path: string, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    decodeHeader(bytes, at, `${path}: byte ${at}`);
    const parser = new CpioParser(path, { entry: () => {} });
    at += parser.push(bytes.subarray(at));
    parser.finish();
    if (!parser.endMarked) {
      throw new StillrootError('archive-malformed', 'it has no trailer, and may be truncated', {
        where: `${path}: byte ${at}`,
      });
    }
  }
}

function refusal(path: string, what: string, cause: unknown): StillrootError {
  return new StillrootError('source-not-supported', what, {
    where: path,
    hint: 'The kernel finds microcode only in an uncompressed newc archive; decompress it first.',
    cause,
  });
}
