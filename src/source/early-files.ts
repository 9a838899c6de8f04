/**
 * Microcode and ACPI tables in an archive that is part of the tree: mkinitcpio puts them beside modules that are compressed
 * already, in one uncompressed archive. In the compressed one that is written from it the kernel would not find them, so
 * they become an early archive.
 */
import {
  encodeHeader,
  FILE_TYPE_BITS,
  headerSpan,
  paddingAfter,
  TRAILER_NAME,
} from '../formats/cpio/newc.ts';
import { parentOf } from '../tree/path.ts';

export interface EarlyFile {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Its content in the file that is read, in bytes. */
  readonly content: { readonly start: number; readonly end: number };
}

const NO_NUMBERS = {
  ...{ inode: 0, nlink: 1, check: 0, fileSize: 0 },
  ...{ deviceMajor: 0, deviceMinor: 0, rdeviceMajor: 0, rdeviceMinor: 0 },
};
const DIRECTORY = { ...NO_NUMBERS, mode: FILE_TYPE_BITS.directory | 0o755, uid: 0, gid: 0, mtime: 0 };
const TRAILER = { ...NO_NUMBERS, mode: 0, uid: 0, gid: 0, mtime: 0 };

/** Bytes of the archive; 0 without files. */
export function earlyFilesSize(files: readonly EarlyFile[]): number {
  if (files.length === 0) return 0;
  const directories = directoriesOf(files).reduce((sum, path) => sum + headerSpan(path.length), 0);
  return files.reduce(
    (sum, { path, content }) => sum + headerSpan(path.length) + aligned(content.end - content.start),
    directories + headerSpan(TRAILER_NAME.length),
  );
}

/**
 * Writes a newc archive of the files, in their order, after their directories.
 *
 * @param target as long as `earlyFilesSize` says, and full of zeros
 * @param read reads the content at an offset of the file
 */
export function writeEarlyFiles(
  target: Buffer,
  files: readonly EarlyFile[],
  read: (target: Uint8Array, offset: number) => void,
): void {
  let at = 0;
  for (const path of directoriesOf(files)) at = encodeHeader(target, at, DIRECTORY, path);
  for (const { path, uid, gid, mtime, content } of files) {
    const fileSize = content.end - content.start;
    const mode = FILE_TYPE_BITS.file | 0o644;
    at = encodeHeader(target, at, { ...NO_NUMBERS, mode, uid, gid, mtime, fileSize }, path);
    read(target.subarray(at, at + fileSize), content.start);
    at += aligned(fileSize);
  }
  encodeHeader(target, at, TRAILER, TRAILER_NAME);
}

/** Parents first, each once. */
function directoriesOf(files: readonly EarlyFile[]): string[] {
  return [...new Set(files.flatMap(({ path }) => ancestorsOf(path)))];
}

/** From the top; without the root. */
function ancestorsOf(path: string): string[] {
  const parent = parentOf(path);
  return parent === '' ? [] : [...ancestorsOf(parent), parent];
}

function aligned(size: number): number {
  return size + paddingAfter(size);
}
