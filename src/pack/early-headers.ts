/**
 * What differs in early archives from one generation of an initramfs to the next, though microcode and tables are the
 * same: times, the numbers of inodes and devices in a scratch directory, and permissions that the umask determined. Names,
 * contents, owners, the order of entries and all places stay as they are: the generator has aligned the contents for the
 * kernel, which alone reads them.
 */
import {
  decodeHeader,
  FILE_TYPE_BITS,
  HEADER_SIZE,
  headerSpan,
  paddingAfter,
  rewriteHeader,
  TRAILER_NAME,
  TYPE_MASK,
} from '../formats/cpio/newc.ts';
import { type MtimeSettings, normalizeMtime } from '../normalize/mtime.ts';
import type { ArchiveSource } from '../source/archive-source.ts';

/**
 * The early archives of an image as `pack` writes them; empty where there are none.
 *
 * @throws archive-limit, source-changed
 */
export function packedEarly(source: ArchiveSource, times: MtimeSettings): Buffer {
  const time = (mtime: number): number => normalizeMtime({ path: EARLY, mtime }, times);
  return normalizeEarly(source.readEarly(), time, source.name);
}

/** In messages about a time. */
const EARLY = 'kernel';

/** Of a directory, too, as in stillroot's own archives: on some filesystems the number counts the directories in it. */
const ONE_LINK = 1;

/** Permissions of files and directories. */
const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

/**
 * The same archives with normalized headers.
 *
 * @param bytes newc archives, with NUL between and after them, as `ArchiveSource.readEarly` gives them
 * @param time the modification time to write, in seconds since 1970, for the one that is there
 * @param name the file, for messages
 * @throws archive-malformed
 */
export function normalizeEarly(bytes: Buffer, time: (mtime: number) => number, name: string): Buffer {
  const done = Buffer.from(bytes);
  for (let at = 0; at < done.length; ) {
    if (done[at] === 0) at += 1;
    else at = normalizeArchive(done, at, time, name);
  }
  return done;
}

/** @returns the offset after the trailer */
function normalizeArchive(
  bytes: Buffer,
  start: number,
  time: (mtime: number) => number,
  name: string,
): number {
  /** Numbers of the files that have several names, by the numbers that they had. */
  const inodes = new Map<string, number>();
  for (let at = start; at < bytes.length; ) {
    const header = decodeHeader(bytes, at, `${name}: byte ${at}`);
    const { inode, mode, nlink, mtime, fileSize, nameSize, deviceMajor, deviceMinor } = header;
    const isTrailer =
      bytes.toString('latin1', at + HEADER_SIZE, at + HEADER_SIZE + nameSize - 1) === TRAILER_NAME;
    const isDirectory = (mode & TYPE_MASK) === FILE_TYPE_BITS.directory;
    const isOneOfSeveral = !isDirectory && nlink > 1;
    const key = `${deviceMajor}:${deviceMinor}:${inode}`;
    if (isOneOfSeveral && !inodes.has(key)) inodes.set(key, inodes.size + 1);
    const permissions = isDirectory ? DIRECTORY_MODE : FILE_MODE;
    rewriteHeader(bytes, at, {
      mode: isTrailer ? 0 : (mode & TYPE_MASK) | permissions,
      inode: isOneOfSeveral ? inodes.get(key)! : 0,
      mtime: isTrailer ? 0 : time(mtime),
      nlink: isOneOfSeveral ? nlink : ONE_LINK,
      deviceMajor: 0,
      deviceMinor: 0,
    });
    at += headerSpan(nameSize - 1) + fileSize + paddingAfter(fileSize);
    if (isTrailer) return at;
  }
  return bytes.length;
}
