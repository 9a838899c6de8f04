import { damaged, needBytes } from '../formats/damage.ts';
import {
  type Rewrite,
  type RewriteContext,
  type RewriteResult,
  rewritten,
  UNCHANGED,
  unlessDamaged,
} from './rewrite.ts';

/** FC_CACHE_MAGIC_MMAP, in the byte order of the machine. */
const MAGIC = 0xfc02fc04;
/** With these versions the header holds nanoseconds and a 32-bit time: fontconfig 2.12 to 2.16. */
const FIRST_VERSION = 7;
const LAST_VERSION = 9;
/** Longer than PATH_MAX, and so than any directory name. */
const MAX_DIRECTORY = 8192;

/** Offsets of the fields of struct _FcCache (fcint.h): those of type intptr_t differ by architecture. */
interface Layout {
  readonly size: number;
  readonly directory: number;
  readonly checksum: number;
  readonly nanoseconds: number;
  readonly length: number;
}

/** 0 magic, 4 version, 8 size, 16 dir, 24 dirs, 32 dirs_count, 40 set, 48 checksum, 56 checksum_nano. */
const LAYOUT_64: Layout = { size: 8, directory: 16, checksum: 48, nanoseconds: 56, length: 64 };
/** 0 magic, 4 version, 8 size, 12 dir, 16 dirs, 20 dirs_count, 24 set, 28 checksum, 32 checksum_nano. */
const LAYOUT_32: Layout = { size: 8, directory: 12, checksum: 28, nanoseconds: 32, length: 40 };

/** Reads numbers in the byte order of the machine for which the cache was made. */
interface Reader {
  readonly layout: Layout;
  readonly uint32: (at: number) => number;
  /** A non-negative intptr_t. */
  readonly offset: (at: number) => number;
  readonly int64: (at: number) => bigint;
  readonly writeInt32: (into: Buffer, value: number, at: number) => void;
  readonly writeInt64: (into: Buffer, value: bigint, at: number) => void;
}

/**
 * A cache of fontconfig, `MD5-ARCHITECTURE.cache-VERSION`, holds the mtime of its font directory and is
 * read only while the directory has that time (fccache.c: FcCacheTimeValid). The two fields follow
 * when the directory gets another time. A cache that was already invalid serves no purpose.
 */
export const fontconfigCache: Rewrite = {
  what: 'In caches of fontconfig, the time of the font directory becomes the one that it will have.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, context) {
    return unlessDamaged(bytes, () => follow(bytes, context));
  },
};

function follow(bytes: Buffer, { path, owned, lookUp }: RewriteContext): RewriteResult {
  const reader = openCache(bytes);
  const { layout } = reader;
  const directory = lookUp(directoryName(bytes, reader.offset(layout.directory)));
  const seconds = reader.uint32(layout.checksum) | 0;
  const nanoseconds = reader.int64(layout.nanoseconds);
  // If the directory is missing, the cache is never looked up.
  const final = directory === undefined ? undefined : directory.finalMtime | 0;
  if (final !== undefined && seconds === final && nanoseconds === 0n) return UNCHANGED;
  const wasValid =
    directory !== undefined &&
    (directory.mtime === 0 ||
      (seconds === (directory.mtime | 0) && nanoseconds === BigInt(directory.nanoseconds)));
  if (!wasValid || final === undefined) {
    const why = 'It does not fit its font directory, so fontconfig does not read it.';
    return owned?.(path) === false ? { outcome: 'obsolete', why } : UNCHANGED;
  }
  const after = Buffer.from(bytes);
  reader.writeInt32(after, final, layout.checksum);
  reader.writeInt64(after, 0n, layout.nanoseconds);
  return rewritten(after);
}

/** The word size is determined from the size field, which holds the length of the file. */
function openCache(bytes: Buffer): Reader {
  needBytes(bytes, 0, LAYOUT_32.length, 'the header of a fontconfig cache');
  const littleEndian = bytes.readUInt32LE(0) === MAGIC;
  if (!littleEndian && bytes.readUInt32BE(0) !== MAGIC) {
    damaged(0, bytes.toString('hex', 0, 4), 'the magic number of a fontconfig cache');
  }
  const uint32 = (at: number): number => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const int64 = (at: number): bigint => (littleEndian ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at));
  const version = uint32(4);
  if (version < FIRST_VERSION || version > LAST_VERSION) {
    damaged(4, `cache version ${version}`, `cache version ${FIRST_VERSION} to ${LAST_VERSION}`);
  }
  const is64 = bytes.length >= LAYOUT_64.length && int64(LAYOUT_64.size) === BigInt(bytes.length);
  const layout = is64 ? LAYOUT_64 : LAYOUT_32;
  if (!is64 && uint32(LAYOUT_32.size) !== bytes.length) {
    damaged(layout.size, `size ${uint32(LAYOUT_32.size)}`, `the size of the file, ${bytes.length}`);
  }
  return {
    layout,
    uint32,
    int64,
    offset: (at) => (is64 ? Number(int64(at)) : uint32(at)),
    writeInt32: (into, value, at) =>
      void (littleEndian ? into.writeInt32LE(value, at) : into.writeInt32BE(value, at)),
    writeInt64: (into, value, at) =>
      void (littleEndian ? into.writeBigInt64LE(value, at) : into.writeBigInt64BE(value, at)),
  };
}

/** @returns the path from the root of the tree */
function directoryName(bytes: Buffer, at: number): string {
  needBytes(bytes, at, 2, 'the name of the font directory');
  const end = bytes.indexOf(0, at);
  if (end === -1 || end - at > MAX_DIRECTORY) return damaged(at, 'no end of the name', 'a NUL after it');
  const name = bytes.toString('latin1', at, end);
  if (!name.startsWith('/'))
    damaged(at, JSON.stringify(name.slice(0, 80)), 'an absolute path of a font directory');
  return name.slice(1);
}
