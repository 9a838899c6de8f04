/**
 * What the beginning of a compressed member tells of how it was compressed. Facts for people, and no checks: who asks has
 * decoded the member. Levels are mostly not written down; dictionaries and windows follow from them.
 */

import { BLOCK_HEADER_BYTES_MAX, decodeBlockHeader } from '../formats/xz/block-header.ts';
import { CHECK_CRC32, CHECK_CRC64, CHECK_NONE, CHECK_SHA256 } from '../formats/xz/check.ts';
import { STREAM_HEADER_BYTES } from '../formats/xz/stream-header.ts';
import type { Compression } from '../source/archive-file.ts';

/** Bytes that are enough for all formats, to be read from the beginning of the member. */
export const PARAMETER_BYTES: number = STREAM_HEADER_BYTES + BLOCK_HEADER_BYTES_MAX;

/** @returns such as `check crc64`, `dictionary 8 MiB`; none for what has no header that says anything */
export function compressionParameters(compression: Compression, head: Uint8Array): string[] {
  const read = READERS[compression];
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return read === undefined ? [] : read(bytes);
}

const READERS: Readonly<Partial<Record<Compression, (head: Buffer) => string[]>>> = {
  xz: xzParameters,
  gzip: gzipParameters,
  zstd: zstdParameters,
  lz4: lz4Parameters,
};

const CHECKS: ReadonlyMap<number, string> = new Map([
  [CHECK_NONE, 'no check'],
  [CHECK_CRC32, 'check crc32'],
  [CHECK_CRC64, 'check crc64'],
  [CHECK_SHA256, 'check sha256'],
]);

/** .xz file format 1.2, sections 2.1.1 and 3.1. */
function xzParameters(head: Buffer): string[] {
  const check = CHECKS.get((head[7] ?? 0) & 0x0f) ?? 'a different check'; // 7 stream flags
  const size = ((head[STREAM_HEADER_BYTES] ?? 0) + 1) * 4;
  // A stream without blocks has its index here, which begins with 0.
  if (head[STREAM_HEADER_BYTES] === 0) return [check];
  const header = head.subarray(STREAM_HEADER_BYTES, STREAM_HEADER_BYTES + size);
  const { dictionary, x86, compressedSize } = decodeBlockHeader(header, '', STREAM_HEADER_BYTES);
  return [
    check,
    `dictionary ${sizeText(dictionary)}`,
    ...(x86 ? ['x86 filter'] : []),
    // As every program writes that works with more than one thread.
    ...(compressedSize === undefined ? [] : ['sizes in block headers']),
  ];
}

/** RFC 1952, section 2.3. XFL and OS are what their writer likes; gzip has the levels 9 and 1 there. */
function gzipParameters(head: Buffer): string[] {
  const flags = head[3] ?? 0; // 3 FLG
  const time = head.readUInt32LE(4); // 4 MTIME
  const level = head[8]; // 8 XFL
  const named = (flags & 0x08) !== 0;
  const at = 10 + ((flags & 0x04) === 0 ? 0 : 2 + head.readUInt16LE(10));
  const nul = head.indexOf(0, at);
  const name = named && nul > at ? head.toString('latin1', at, nul) : '';
  return [
    ...(level === 2 ? ['level 9'] : level === 4 ? ['level 1'] : []),
    time === 0 ? 'no time' : `time ${new Date(time * 1000).toISOString().slice(0, 19)}Z`,
    named ? `name ${name}` : 'no name',
    `system ${head[9]}`, // 9 OS
  ];
}

/** RFC 8878, section 3.1.1.1. */
function zstdParameters(head: Buffer): string[] {
  const flags = head[4] ?? 0; // 4 frame header descriptor
  const isSingle = (flags & 0x20) !== 0;
  const descriptor = head[5] ?? 0; // 5 window descriptor, where there is one
  const base = 2 ** (10 + (descriptor >> 3));
  return [
    (flags & 0x04) === 0 ? 'no checksum' : 'checksum',
    isSingle ? 'in one segment' : `window ${sizeText(base + (base / 8) * (descriptor & 7))}`,
    isSingle || flags >> 6 !== 0 ? 'size in the header' : 'no size in the header',
  ];
}

/** lz4_Frame_format.md 1.6; the legacy frame of the kernel has no header beside its magic. */
function lz4Parameters(head: Buffer): string[] {
  if (head.readUInt32LE(0) !== 0x184d2204) return ['legacy frame'];
  const flags = head[4] ?? 0; // 4 FLG
  const size = 2 ** (8 + 2 * (((head[5] ?? 0) >> 4) & 7)); // 5 BD
  return [
    `blocks of ${sizeText(size)}`,
    (flags & 0x20) === 0 ? 'linked' : 'independent',
    ...((flags & 0x10) === 0 ? [] : ['block checksums']),
    (flags & 0x04) === 0 ? 'no checksum' : 'checksum',
    ...((flags & 0x08) === 0 ? [] : ['size in the header']),
  ];
}

function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(2))} ${units[unit]}`;
}
