/** Times, owners and modes in the headers of gzip files, static libraries, and ZIP and JAR files. */
import { arMembers, setArField, startsAr } from '../formats/ar.ts';
import { damaged, needBytes } from '../formats/damage.ts';
import { GZIP_TIME_OFFSET, gzipHeaderChecksum, readGzipHeader } from '../formats/gzip/gzip-header.ts';
import { bytesInput } from '../formats/input.ts';
import { readZipDirectory, type ZipHeader } from '../formats/zip.ts';
import {
  ifChanged,
  type Rewrite,
  type RewriteResult,
  rewritten,
  UNCHANGED,
  unlessDamaged,
} from './rewrite.ts';

/** 8 bytes of checksum and length, and at least 2 of compressed data. */
const SMALLEST_REST = 10;

/**
 * The header of a gzip file holds the mtime of what was compressed. Times after the epoch become the
 * epoch; 0 means no time and stays, as does the name. Only the first member of a file is
 * processed, since the start of the next is known only after decompression.
 */
export const gzipHeader: Rewrite = {
  what: 'In gzip files, a time after the epoch becomes the epoch.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => rewriteGzip(bytes, epoch));
  },
};

function rewriteGzip(bytes: Buffer, epoch: number): RewriteResult {
  const { mtime, checksumAt, end } = readGzipHeader(bytesInput(bytes), 0);
  needBytes(bytes, end, SMALLEST_REST, 'compressed data');
  if (mtime <= epoch) return UNCHANGED;
  const after = Buffer.from(bytes);
  after.writeUInt32LE(epoch, GZIP_TIME_OFFSET);
  if (checksumAt !== undefined) {
    after.writeUInt16LE(gzipHeaderChecksum(after.subarray(0, checksumAt)), checksumAt);
  }
  return rewritten(after);
}

/** The table of long names, which has no fields but name and size. */
const LONG_NAMES = '//';
/** Symbol tables of GNU, 32 and 64 bit, and BSD: created by the linker; their mode is meaningless. */
const SYMBOL_TABLE = /^(\/|\/SYM64\/|__\.SYMDEF.*)$/s;
const EXECUTE = 0o111;

/**
 * Headers of the members of a static library, ar(5): times after the epoch become the epoch, owners 0,
 * and modes 644 or 755, as `ar D` and the linkers write them.
 */
export const arHeader: Rewrite = {
  what: 'In static libraries, times after the epoch become the epoch, owners 0 and modes 644 or 755.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => (startsAr(bytes) ? rewriteAr(bytes, epoch) : UNCHANGED));
  },
};

function rewriteAr(bytes: Buffer, epoch: number): RewriteResult {
  const after = Buffer.from(bytes);
  for (const member of arMembers(bytes)) {
    const { name, mtime, uid, gid, mode } = member;
    if (name === LONG_NAMES) continue;
    if (mtime !== undefined && mtime > epoch) setArField(after, member, 'mtime', epoch);
    if (uid) setArField(after, member, 'uid', 0);
    if (gid) setArField(after, member, 'gid', 0);
    if (mode === undefined || SYMBOL_TABLE.test(name)) continue;
    setArField(after, member, 'mode', (mode & EXECUTE) === 0 ? 0o644 : 0o755);
  }
  return ifChanged(bytes, after);
}

/** Extra fields with times: APPNOTE 4.5 and Info-ZIP's extrafld.txt. Each is u16 id, u16 length, data. */
const EXTENDED_TIMESTAMP = 0x5455;
const NTFS = 0x000a;
/** NTFS: 4 reserved bytes, then attributes of u16 tag, u16 length; tag 1 has three times of 8 bytes. */
const NTFS_TIMES = 1;
/** Seconds from 1601, the epoch of Windows times, to 1970; Windows counts in units of 100 nanoseconds. */
const WINDOWS_OFFSET = 11_644_473_600n;
const WINDOWS_TICKS = 10_000_000n;
/** 1980-01-01, the earliest DOS date. */
const DOS_FIRST = 315_532_800;
/** 2107-12-31 23:59:58. */
const DOS_LAST = 4_354_819_198;
/** A signature file of a JAR: verification may cover more than contents. */
const SIGNED = /^META-INF\/[^/]*\.SF$/i;

/**
 * Times in ZIP and JAR files: those after the epoch become the epoch, in local headers, the central
 * directory and their extra fields, and nothing moves. DOS times have no time zone and are read as
 * UTC; they cannot be before 1980. Signed JARs are left alone.
 */
export const zipTimes: Rewrite = {
  what: 'In ZIP and JAR files, times after the epoch become the epoch; signed JARs stay.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => rewriteZip(bytes, epoch));
  },
};

function rewriteZip(bytes: Buffer, epoch: number): RewriteResult {
  const members = readZipDirectory(bytes);
  if (members.some(({ name }) => SIGNED.test(name))) return UNCHANGED;
  const after = Buffer.from(bytes);
  for (const { central, local } of members) {
    for (const header of [central, local]) clampHeader(after, header, epoch);
  }
  return ifChanged(bytes, after);
}

function clampHeader(bytes: Buffer, { timeAt, extraAt, extraLength }: ZipHeader, epoch: number): void {
  // Time in the low half, date in the high half: the fields of both are in descending order of significance, so the sums compare correctly.
  const latest = dosTime(epoch);
  if (bytes.readUInt32LE(timeAt) > latest) bytes.writeUInt32LE(latest, timeAt);
  const end = extraAt + extraLength;
  // Up to three stray bytes at the end are padding, as written by zipalign.
  for (let at = extraAt; at + 4 <= end; ) {
    const id = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    const next = at + 4 + length;
    if (next > end) damaged(at, `an extra field of ${length} bytes`, `at most ${end - at - 4}`);
    if (id === EXTENDED_TIMESTAMP) clampUnixTimes(bytes, at + 5, next, epoch);
    if (id === NTFS) clampWindowsTimes(bytes, at + 8, next, epoch);
    at = next;
  }
}

/** Bits 0..4 seconds divided by two, 5..10 minutes, 11..15 hours; 16..20 day, 21..24 month, 25..31 years from 1980. */
function dosTime(seconds: number): number {
  const date = new Date(Math.min(DOS_LAST, Math.max(DOS_FIRST, seconds)) * 1000);
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return day * 0x10000 + time;
}

/** Seconds since 1970, i32 each: one in the central directory, one to three in a local header. */
function clampUnixTimes(bytes: Buffer, from: number, end: number, epoch: number): void {
  for (let at = from; at + 4 <= end; at += 4) {
    if (bytes.readInt32LE(at) > epoch) bytes.writeInt32LE(epoch, at);
  }
}

function clampWindowsTimes(bytes: Buffer, from: number, end: number, epoch: number): void {
  const latest = (BigInt(epoch) + WINDOWS_OFFSET) * WINDOWS_TICKS;
  for (let at = from; at + 4 <= end; ) {
    const tag = bytes.readUInt16LE(at);
    const next = at + 4 + bytes.readUInt16LE(at + 2);
    needBytes(bytes.subarray(0, end), at, next - at, 'an attribute of an NTFS extra field');
    for (let time = at + 4; tag === NTFS_TIMES && time + 8 <= next; time += 8) {
      if (bytes.readBigUInt64LE(time) > latest) bytes.writeBigUInt64LE(latest, time);
    }
    at = next;
  }
}
