/** Archives written byte by byte, including some that no program would write. */
import { encodeHeader, FILE_TYPE_BITS, headerSpan, paddingAfter } from '../../src/formats/cpio/newc.ts';
import { encodeIndex } from '../../src/formats/xz/block-index.ts';
import { BLOCK_CHECK, encodeBlock } from '../../src/formats/xz/encode-block.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../../src/formats/xz/stream-header.ts';

import { encodeNative, MAXIMUM_WINDOW } from '../../src/formats/zstd/encoder.ts';
import { encodePart, frameOfParts } from '../../src/formats/zstd/part.ts';

export interface CpioFields {
  readonly data?: string;
  /** Whole, with the type bits. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly inode?: number;
  readonly nlink?: number;
  readonly mtime?: number;
  readonly major?: number;
  readonly minor?: number;
}

export const FILE: number = FILE_TYPE_BITS.file | 0o644;
export const DIRECTORY: number = FILE_TYPE_BITS.directory | 0o755;
export const SYMLINK: number = FILE_TYPE_BITS.symlink | 0o777;

/** One entry of a newc archive. */
export function newc(name: string, fields: CpioFields = {}): Buffer {
  const { data = '', mode = FILE, uid = 0, gid = 0, inode = 0, nlink = 1, mtime = 0 } = fields;
  const header = Buffer.alloc(headerSpan(name.length));
  const devices = { deviceMajor: 0, deviceMinor: 0, rdeviceMajor: fields.major ?? 0 };
  const numbers = { inode, mode, uid, gid, nlink, mtime, fileSize: data.length, check: 0 };
  encodeHeader(header, 0, { ...numbers, ...devices, rdeviceMinor: fields.minor ?? 0 }, name);
  return Buffer.concat([header, Buffer.from(data, 'latin1'), Buffer.alloc(paddingAfter(data.length))]);
}

/** A whole newc archive of these entries. */
export function newcArchive(...entries: readonly Buffer[]): Buffer {
  return Buffer.concat([...entries, newc('TRAILER!!!', { mode: 0 })]);
}

export interface TarFields {
  readonly data?: string;
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly size?: number;
}

/** One member of a ustar archive. */
export function ustar(name: string, fields: TarFields = {}): Buffer {
  const { data = '', type = '0', link = '', mode = 0o644, uid = 0 } = fields;
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  };
  block.write(name, 0, 100, 'latin1');
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(0, 116, 8);
  octal(fields.size ?? data.length, 124, 12);
  octal(0, 136, 12);
  block.write(type, 156, 'latin1');
  block.write(link, 157, 100, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const padding = Buffer.alloc((512 - (data.length % 512)) % 512);
  return Buffer.concat([block, Buffer.from(data, 'latin1'), padding]);
}

/** A whole tar archive of these members. */
export function tarArchive(...members: readonly Buffer[]): Buffer {
  return Buffer.concat([...members, Buffer.alloc(1024)]);
}

/** An .xz file with blocks that end at these offsets of the content. */
export async function xzFile(content: Buffer, cuts: readonly number[] = []): Promise<Buffer> {
  const ends = [...cuts, content.length];
  const options = { preset: 0, dictionary: 1 << 20, x86: false };
  const parts = ends.map((end, index) => content.subarray(index === 0 ? 0 : ends[index - 1], end));
  const filled = parts.filter((part) => part.length > 0);
  const blocks = await Promise.all(filled.map((part) => encodeBlock(Uint8Array.from(part), options)));
  const index = encodeIndex(blocks);
  const footer = encodeStreamFooter({ check: BLOCK_CHECK, indexSize: index.length });
  return Buffer.concat([encodeStreamHeader(BLOCK_CHECK), ...blocks.map(({ bytes }) => bytes), index, footer]);
}

/** A zstd frame with parts that end at these offsets of the content. */
export function zstdFile(content: Buffer, cuts: readonly number[] = []): Buffer {
  const ends = [...cuts, content.length];
  const parts = ends.map((end, index) => content.subarray(index === 0 ? 0 : ends[index - 1], end));
  const encoded = parts.filter((part) => part.length > 0).map((part) => encodePart(part, 1, encodeNative));
  return frameOfParts(encoded, content.length, MAXIMUM_WINDOW);
}
