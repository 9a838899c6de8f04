/**
 * What the beginning of a compressed member says about how it was compressed. These are facts for people, not checks.
 * Levels are usually not recorded; dictionaries and windows follow from them.
 */

import { StillrootError } from '../errors.ts';
import { Damage } from '../formats/damage.ts';
import { readGzipHeader } from '../formats/gzip/gzip-header.ts';
import { bytesInput } from '../formats/input.ts';
import { readLz4Header, startsLz4Legacy } from '../formats/lz4.ts';
import { skipSkippable } from '../formats/skippable.ts';
import { BLOCK_HEADER_BYTES_MAX, decodeBlockHeader } from '../formats/xz/block-header.ts';
import { CHECK_CRC32, CHECK_CRC64, CHECK_NONE, CHECK_SHA256 } from '../formats/xz/primitives.ts';
import { STREAM_HEADER_BYTES } from '../formats/xz/stream-header.ts';
import { readZstdFrameHeader } from '../formats/zstd/walk-frame.ts';
import type { Compression } from '../source/archive-file.ts';

/** How many bytes from the beginning of the member are enough for all formats. */
export const PARAMETER_BYTES: number = STREAM_HEADER_BYTES + BLOCK_HEADER_BYTES_MAX;

/**
 * @param head the beginning of a member or of any file; it may be cut or damaged
 * @returns such as `check crc64`, `dictionary 8 MiB`; empty where no header says anything
 */
export function compressionParameters(compression: Compression, head: Uint8Array): string[] {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  try {
    return READERS[compression]?.(bytes) ?? [];
  } catch (error) {
    if (error instanceof Damage || error instanceof StillrootError) return [];
    throw error;
  }
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
    // Every multi-threaded writer records these.
    ...(compressedSize === undefined ? [] : ['sizes in block headers']),
  ];
}

/** XFL and OS are up to the writer; gzip records levels 9 and 1 there. */
function gzipParameters(head: Buffer): string[] {
  const { mtime, extraFlags, system, name } = readGzipHeader(bytesInput(head), 0);
  return [
    ...(extraFlags === 2 ? ['level 9'] : extraFlags === 4 ? ['level 1'] : []),
    mtime === 0 ? 'no time' : `time ${new Date(mtime * 1000).toISOString().slice(0, 19)}Z`,
    name === undefined ? 'no name' : `name ${name}`,
    `system ${system}`,
  ];
}

function zstdParameters(head: Buffer): string[] {
  const input = bytesInput(head);
  const { hasChecksum, isSingleSegment, windowSize, contentSize } = readZstdFrameHeader(
    input,
    skipSkippable(input, 0, ''),
    '',
  );
  return [
    hasChecksum ? 'checksum' : 'no checksum',
    isSingleSegment ? 'in one segment' : `window ${sizeText(windowSize)}`,
    contentSize === undefined ? 'no size in the header' : 'size in the header',
  ];
}

/** The kernel's legacy frame has only a magic for its header. */
function lz4Parameters(head: Buffer): string[] {
  const input = bytesInput(head);
  const at = skipSkippable(input, 0, '');
  if (startsLz4Legacy(head.subarray(at))) return ['legacy frame'];
  const { blockBytesMax, linked, blockChecksums, contentChecksum, contentSize } = readLz4Header(
    input,
    at,
    '',
  );
  return [
    `blocks of ${sizeText(blockBytesMax)}`,
    linked ? 'linked' : 'independent',
    ...(blockChecksums ? ['block checksums'] : []),
    contentChecksum ? 'checksum' : 'no checksum',
    ...(contentSize === undefined ? [] : ['size in the header']),
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
