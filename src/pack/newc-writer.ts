/** The cpio format `newc` as profile 1 defines it: src/README.md explains the value of each field. */
import { newcCheck } from '../formats/cpio/entry-checks.ts';
import {
  ALIGNMENT,
  encodeHeader,
  FILE_TYPE_BITS,
  HEADER_SIZE,
  headerSpan,
  MAX_NAME_LENGTH,
  paddingAfter,
  TRAILER_NAME,
} from '../formats/cpio/newc.ts';
import { NEWC_MTIMES } from '../normalize/mtime.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { ArchiveWriter } from './archive-writer.ts';

function dataSize({ entry, linkTo }: PlannedEntry): number {
  if (entry.type === 'symlink') return entry.target.length;
  // The kernel skips any other entry that has a body, and so would not create it.
  return entry.type === 'file' && linkTo === null ? entry.size : 0;
}

export const NEWC_WRITER: ArchiveWriter & { readonly name: 'cpio' } = {
  name: 'cpio',
  alignment: ALIGNMENT,
  // Longest header with name and padding, rounded up.
  headerMaximum: HEADER_SIZE + MAX_NAME_LENGTH + 1 + 2,
  mtimes: NEWC_MTIMES,
  // The kernel, GNU cpio, libarchive and busybox restore this form.
  linkData: 'last',
  holdsAttributes: false,
  check: () => {
    const check = newcCheck();
    return { see: ({ entry }) => check.see(entry) };
  },
  dataSize,
  headerSpan: ({ entry }) => headerSpan(entry.path.length),
  paddingAfter,
  writeHeader: (target, at, planned) => {
    const { entry, inode, nlink } = planned;
    const fields = {
      inode,
      mode: FILE_TYPE_BITS[entry.type] | entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      nlink,
      mtime: entry.mtime,
      fileSize: dataSize(planned),
      deviceMajor: 0,
      deviceMinor: 0,
      rdeviceMajor: entry.major,
      rdeviceMinor: entry.minor,
      check: 0,
    };
    return encodeHeader(target, at, fields, entry.path);
  },
  trailerSpan: () => headerSpan(TRAILER_NAME.length),
  writeTrailer: (target, at) => {
    const zero = { inode: 0, mode: 0, uid: 0, gid: 0, mtime: 0, fileSize: 0, check: 0 };
    const devices = { deviceMajor: 0, deviceMinor: 0, rdeviceMajor: 0, rdeviceMinor: 0 };
    return encodeHeader(target, at, { ...zero, ...devices, nlink: 1 }, TRAILER_NAME);
  },
};
