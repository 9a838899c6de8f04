import { decodeBzip2, startsBzip2 } from './bzip2/bzip2-decoder.ts';
import { unsupported } from './damage.ts';
import type { Decoder, DecoderInput } from './decoder.ts';
import type { FileBlocks } from './file-blocks.ts';
import { decodeGzip } from './gzip/gzip-decoder.ts';
import { startsGzip } from './gzip/gzip-header.ts';
import type { ByteInput } from './input.ts';
import { decodeLz4, startsLz4Frame, startsLz4Legacy } from './lz4.ts';
import { skipSkippable, startsSkippable } from './skippable.ts';
import { startsStream } from './xz/stream-header.ts';
import { decodeXz, openXz } from './xz/xz-decoder.ts';
import { startsZstd } from './zstd/frame.ts';
import { openParts } from './zstd/parts-file.ts';
import { decodeZstd } from './zstd/zstd-decoder.ts';

export type Compression = 'none' | 'xz' | 'gzip' | 'zstd' | 'bzip2' | 'lz4';

export interface Format {
  readonly compression: Exclude<Compression, 'none'>;
  readonly starts: (head: Uint8Array) => boolean;
  readonly decode: Decoder;
  /**
   * The blocks of a member that can be decoded alone; undefined where it is not made of such blocks.
   * @throws StillrootError archive-malformed, archive-not-supported, and what the guard throws
   */
  readonly openBlocks?: (from: DecoderInput) => FileBlocks | undefined;
}

const FORMATS: readonly Format[] = [
  { compression: 'xz', starts: (head) => startsStream(head), decode: decodeXz, openBlocks: openXz },
  { compression: 'gzip', starts: startsGzip, decode: decodeGzip },
  { compression: 'zstd', starts: startsZstd, decode: decodeZstd, openBlocks: openParts },
  { compression: 'bzip2', starts: startsBzip2, decode: decodeBzip2 },
  { compression: 'lz4', starts: (head) => startsLz4Frame(head) || startsLz4Legacy(head), decode: decodeLz4 },
];

interface Unread {
  readonly what: string;
  readonly hint: string;
  readonly starts: (head: Uint8Array) => boolean;
}

/** Compressions that are not read, but recognized so that the error can say what to do. */
const UNREAD: readonly Unread[] = [
  {
    what: 'lzma data (.lzma, the predecessor of .xz)',
    hint: 'Decompress it first: xz --format=lzma -dk FILE.',
    starts: startsLzmaAlone,
  },
  {
    what: 'lzip data',
    hint: 'Decompress it first: lzip -dk FILE.',
    starts: (head) => matches(head, 'LZIP\x01'),
  },
  {
    what: 'lzop data',
    hint: 'Decompress it first: lzop -d FILE.',
    starts: (head) => matches(head, '\x89LZO\x00\r\n\x1a\n'),
  },
  {
    what: 'a zip archive',
    hint: 'Unpack it first: unzip FILE.',
    starts: (head) => matches(head, 'PK\x03\x04'),
  },
  {
    what: 'a 7z archive',
    hint: 'Unpack it first: 7z x FILE.',
    starts: (head) => matches(head, "7z\xbc\xaf'\x1c"),
  },
  {
    what: 'compress data (.Z)',
    hint: 'Decompress it first: gzip -dk FILE.',
    starts: (head) => matches(head, '\x1f\x9d'),
  },
];

const HEAD_BYTES = 16;

/**
 * The compression of the bytes at `offset`; undefined where they match no known format.
 * @throws StillrootError `archive-not-supported` for a compression that is recognized but not supported
 */
export function detectCompression(input: ByteInput, offset: number, name: string): Format | undefined {
  let head = input.read(offset, HEAD_BYTES);
  if (startsSkippable(head)) head = input.read(skipSkippable(input, offset, name), HEAD_BYTES);
  const unread = UNREAD.find(({ starts }) => starts(head));
  if (unread !== undefined)
    throw unsupported(`${unread.what}, which stillroot cannot read`, name, offset, unread.hint);
  return FORMATS.find(({ starts }) => starts(head));
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function matches(head: Uint8Array, magic: string): boolean {
  return latin1(head, 0, magic.length) === magic;
}

/** No magic: usual properties, a dictionary of 2^n or 3 * 2^n bytes, and a size that is unknown or sane. */
function startsLzmaAlone(head: Uint8Array): boolean {
  if (head.length < 13 || head[0] !== 0x5d || head[1] !== 0 || head[2] !== 0) return false;
  return head.subarray(5, 13).every((byte) => byte === 0xff) || (head[11] === 0 && head[12] === 0);
}
