import { AR_MAGIC, arMembers } from '../../formats/ar.ts';
import { Damage, needBytes } from '../../formats/damage.ts';
import { readGzipHeader } from '../../formats/gzip/gzip-header.ts';
import { bytesInput } from '../../formats/input.ts';
import { BLOCK_SIZE, decodeHeader, paddingAfter } from '../../formats/tar/header.ts';
import { HEADER_DAMAGE } from '../../formats/tar/problems.ts';
import { compressionParameters, PARAMETER_BYTES } from '../compression-parameters.ts';
import { type Format, hasAt, timeText, u16LE, u32LE } from './format.ts';

type Walk = (bytes: Buffer) => readonly Member[];

const withMembers = (walk: Walk): Pick<Format, 'facts' | 'placeOf'> => ({
  facts: (bytes) => memberFacts(walk(bytes)),
  placeOf: (bytes, at) => memberAt(walk(bytes), at),
});

/** Archives, packages, and compressed files. */
export const ARCHIVES: readonly Format[] = [
  {
    name: 'a Debian package',
    magic: [[0, `${AR_MAGIC}debian-binary`]],
    ...withMembers((bytes) => upToDamage(membersOfAr(bytes))),
  },
  {
    name: 'an ar archive',
    magic: [[0, AR_MAGIC]],
    ...withMembers((bytes) => upToDamage(membersOfAr(bytes))),
  },
  {
    name: 'a tar archive',
    magic: [[257, 'ustar']],
    ...withMembers((bytes) => upToDamage(membersOfTar(bytes))),
  },
  {
    name: 'a cpio archive',
    magic: [
      [0, '070701'],
      [0, '070702'],
    ],
    ...withMembers(cpioMembers),
  },
  { name: 'a cpio archive (odc)', magic: [[0, '070707']] },
  {
    name: 'a Java archive',
    magic: [[0, 'PK\x03\x04']],
    suits: (_bytes, path) => path.endsWith('.jar'),
    ...withMembers(zipMembers),
  },
  {
    name: 'a ZIP archive',
    magic: [
      [0, 'PK\x03\x04'],
      [0, 'PK\x05\x06'],
    ],
    ...withMembers(zipMembers),
  },
  { name: 'an RPM package', magic: [[0, '\xed\xab\xee\xdb']], fields: [[10, 'text66', 'name']] },
  {
    name: 'a gzip file',
    magic: [[0, '\x1f\x8b']],
    suits: (bytes) => bytes.length >= 18,
    facts: gzipFacts,
  },
  {
    name: 'an xz file',
    magic: [[0, '\xfd7zXZ\0']],
    facts: (bytes) => parameters('xz', bytes),
  },
  {
    name: 'a zstd file',
    magic: [[0, '\x28\xb5\x2f\xfd']],
    facts: (bytes) => parameters('zstd', bytes),
  },
  {
    name: 'an lz4 file',
    magic: [
      [0, '\x04\x22\x4d\x18'],
      [0, '\x02\x21\x4c\x18'],
    ],
    facts: (bytes) => parameters('lz4', bytes),
  },
  {
    name: 'a bzip2 file',
    magic: [[0, 'BZh']],
    suits: (bytes) => hasAt(bytes, 4, '1AY&SY') || hasAt(bytes, 4, '\x17\x72\x45\x38\x50\x90'),
    fields: [[3, 'text1', 'level']],
  },
];

function parameters(compression: 'xz' | 'zstd' | 'lz4', bytes: Buffer): string[] {
  return compressionParameters(compression, bytes.subarray(0, PARAMETER_BYTES));
}

/** Time and name of the header; CRC32 and size at the end of the file are those of its last member. */
function gzipFacts(bytes: Buffer): string[] {
  const facts = [`compressed to ${bytes.length} bytes, CRC32 ${u32LE(bytes, bytes.length - 8).toString(16)}`];
  try {
    const { mtime, name } = readGzipHeader(bytesInput(bytes), 0);
    const shown = name === undefined ? 'no name' : `name ${name.slice(0, NAME_BYTES)}`;
    return [`mtime ${mtime === 0 ? 'none' : timeText(mtime)}`, shown, ...facts];
  } catch (error) {
    if (error instanceof Damage) return facts;
    throw error;
  }
}

// Members of archives: names, times and offsets, as far as the bytes go. Never throws, for any input.

interface Member {
  /** Byte string. */
  readonly name: string;
  /** Seconds since 1970; for ZIP the local time as if it were UTC. */
  readonly time: number;
  /** Offset of its header. */
  readonly at: number;
}

/** Maximum number of members examined per archive. */
const MEMBERS_MAX = 10_000;
/** Bytes of a name that are shown. */
const NAME_BYTES = 100;

function memberFacts(members: readonly Member[]): string[] {
  const [first] = members;
  if (first === undefined) return [];
  const times = members.map(({ time }) => time).filter(Number.isFinite);
  const range = (text: string, pick: (a: number, b: number) => number): string[] =>
    times.length === 0 ? [] : [`${text} ${timeText(times.reduce((a, b) => pick(a, b)))}`];
  return [
    `${members.length === MEMBERS_MAX ? 'at least ' : ''}${members.length} ${members.length === 1 ? 'member' : 'members'}`,
    ...range('oldest member of', Math.min),
    ...range('newest member of', Math.max),
  ];
}

/** The last member that begins before an offset. */
function memberAt(members: readonly Member[], at: number): string | undefined {
  const found = members.filter((each) => each.at <= at).at(-1);
  return found === undefined ? undefined : `member ${found.name.slice(0, NAME_BYTES)}`;
}

/** Those before the first damaged one. */
function upToDamage(members: Iterable<Member>): Member[] {
  const found: Member[] = [];
  try {
    for (const member of members) {
      if (found.length === MEMBERS_MAX) break;
      found.push(member);
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
  }
  return found;
}

function* membersOfAr(bytes: Buffer): Generator<Member, void, undefined> {
  for (const { name, mtime, at } of arMembers(bytes)) {
    yield { name: name.replace(/\/$/, ''), time: mtime ?? Number.NaN, at };
  }
}

/** Pax and GNU name headers count as separate members here. */
function* membersOfTar(bytes: Buffer): Generator<Member, void, undefined> {
  for (let at = 0; hasAt(bytes, at + 257, 'ustar'); ) {
    needBytes(bytes, at, BLOCK_SIZE, 'a tar header');
    const { name, mtime, size } = decodeHeader(bytes.subarray(at, at + BLOCK_SIZE), at, HEADER_DAMAGE);
    yield { name, time: mtime, at };
    at += BLOCK_SIZE + size + paddingAfter(size);
  }
}

/** cpio(5), newc and crc. */
function cpioMembers(bytes: Buffer): Member[] {
  const members: Member[] = [];
  let at = 0;
  while (members.length < MEMBERS_MAX && hasAt(bytes, at, '07070')) {
    const field = (index: number): number =>
      hexadecimal(bytes.toString('latin1', at + 6 + index * 8, at + 14 + index * 8));
    const [size, nameSize] = [field(6), field(11)];
    if (!Number.isFinite(size) || !Number.isFinite(nameSize) || nameSize === 0) break;
    const name = bytes.toString('latin1', at + 110, Math.min(at + 110 + nameSize - 1, at + 110 + 4096));
    if (name === 'TRAILER!!!') break;
    members.push({ name, time: field(5), at });
    at = padded(at + 110 + nameSize) + size;
    at = padded(at);
  }
  return members;
}

/** APPNOTE 6.3.10: local headers; a member with its sizes after the data ends the walk. */
function zipMembers(bytes: Buffer): Member[] {
  const members: Member[] = [];
  let at = 0;
  while (members.length < MEMBERS_MAX && hasAt(bytes, at, 'PK\x03\x04')) {
    const [time, date] = [u16LE(bytes, at + 10), u16LE(bytes, at + 12)];
    const nameLength = u16LE(bytes, at + 26);
    const name = bytes.toString('latin1', at + 30, at + 30 + nameLength);
    members.push({ name, time: dosTime(date, time), at });
    const isStreamed = (u16LE(bytes, at + 6) & 8) !== 0;
    const next = at + 30 + nameLength + u16LE(bytes, at + 28) + u32LE(bytes, at + 18);
    at = isStreamed ? bytes.indexOf('PK\x03\x04', at + 30, 'latin1') : next;
    if (at === -1) break;
  }
  return members;
}

function dosTime(date: number, time: number): number {
  const [year, month, day] = [1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31];
  return Date.UTC(year, month, day, time >> 11, (time >> 5) & 63, (time & 31) * 2) / 1000;
}

function padded(at: number): number {
  return at + ((4 - (at % 4)) % 4);
}

function hexadecimal(text: string): number {
  return /^[0-9a-fA-F]{8}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}
