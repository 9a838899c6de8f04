import { damaged, needBytes } from '../formats/damage.ts';
import { readZipDirectory, type ZipHeader } from '../formats/zip.ts';
import { ifChanged, type Rewrite, type RewriteResult, UNCHANGED, unlessDamaged } from './rewrite.ts';

/** Extra fields with times: APPNOTE 4.5 and Info-ZIP's extrafld.txt. Each is u16 id, u16 length, data. */
const EXTENDED_TIMESTAMP = 0x5455;
const NTFS = 0x000a;
/** NTFS: 4 reserved bytes, then attributes of u16 tag, u16 length; tag 1 has three times of 8 bytes. */
const NTFS_TIMES = 1;
/** Seconds from 1601, where times of Windows begin, to 1970; they count in 100 nanoseconds. */
const WINDOWS_OFFSET = 11_644_473_600n;
const WINDOWS_TICKS = 10_000_000n;
/** 1980-01-01, the first day that DOS can write. */
const DOS_FIRST = 315_532_800;
/** 2107-12-31 23:59:58. */
const DOS_LAST = 4_354_819_198;
/** A signature file of a JAR: whoever signed it may compare more than contents. */
const SIGNED = /^META-INF\/[^/]*\.SF$/i;

/**
 * Times in ZIP and JAR files: those after the epoch become the epoch, in local headers, the central
 * directory and their extra fields, and nothing moves. DOS times say no time zone and are taken for
 * UTC; they cannot be before 1980. Signed JARs stay.
 */
export const zipTimes: Rewrite = {
  what: 'In ZIP and JAR files, times after the epoch become the epoch; signed JARs stay.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => rewrite(bytes, epoch));
  },
};

function rewrite(bytes: Buffer, epoch: number): RewriteResult {
  const members = readZipDirectory(bytes);
  if (members.some(({ name }) => SIGNED.test(name))) return UNCHANGED;
  const after = Buffer.from(bytes);
  for (const { central, local } of members) {
    for (const header of [central, local]) clampHeader(after, header, epoch);
  }
  return ifChanged(bytes, after);
}

function clampHeader(bytes: Buffer, { timeAt, extraAt, extraLength }: ZipHeader, epoch: number): void {
  // Time in the low half, date in the high half: the fields of both are in order, so the sum is too.
  const latest = dosTime(epoch);
  if (bytes.readUInt32LE(timeAt) > latest) bytes.writeUInt32LE(latest, timeAt);
  const end = extraAt + extraLength;
  // Up to three stray bytes at the end are padding, as zipalign makes.
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

/** Bits 0..4 seconds by two, 5..10 minutes, 11..15 hours; 16..20 day, 21..24 month, 25..31 years from 1980. */
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
