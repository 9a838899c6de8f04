import { encodeHeader, headerSpan, paddingAfter, TRAILER_NAME } from '../../src/formats/cpio/newc.ts';

const NO_HEADER = {
  ...{ inode: 1, mode: 0, uid: 0, gid: 0, nlink: 1, mtime: 0, fileSize: 0, check: 0 },
  ...{ deviceMajor: 0, deviceMinor: 0, rdeviceMajor: 0, rdeviceMinor: 0 },
};
type Files = readonly (readonly [name: string, content: string, uid?: number])[];

/** An archive with its zeros; a name that ends with `kernel` is a directory. */
export function earlyArchive(...files: Files): Buffer {
  const parts = [...files, [TRAILER_NAME, ''] as const].map(([name, content, uid = 0]) => {
    const mode = name === TRAILER_NAME ? 0 : name.endsWith('kernel') ? 0o040755 : 0o100644;
    const header = Buffer.alloc(headerSpan(name.length));
    encodeHeader(header, 0, { ...NO_HEADER, mode, uid, fileSize: content.length }, name);
    return Buffer.concat([
      header,
      Buffer.from(content, 'latin1'),
      Buffer.alloc(paddingAfter(content.length)),
    ]);
  });
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, Buffer.alloc(512 - (bytes.length % 512))]);
}
