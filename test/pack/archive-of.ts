import { encodeHeader, headerSpan, TRAILER_NAME } from '../../src/formats/cpio/newc.ts';

/** The archive of plain files, wherever it is cut: header, content and padding of each, and the trailer. */
export function archiveOf(files: Iterable<readonly [name: string, content: string]>): Buffer {
  const entries = Array.from(files, ([name, content]) => entryOf(name, content, 0o100644));
  return Buffer.concat([...entries, entryOf(TRAILER_NAME, '', 0)]);
}

function entryOf(name: string, content: string, mode: number): Buffer {
  const bytes = Buffer.alloc(headerSpan(name.length) + Math.ceil(content.length / 4) * 4);
  const zero = { inode: 0, uid: 0, gid: 0, mtime: 0, check: 0 };
  const devices = { deviceMajor: 0, deviceMinor: 0, rdeviceMajor: 0, rdeviceMinor: 0 };
  const fields = { ...zero, ...devices, mode, nlink: 1, fileSize: content.length };
  bytes.write(content, encodeHeader(bytes, 0, fields, name), 'latin1');
  return bytes;
}
