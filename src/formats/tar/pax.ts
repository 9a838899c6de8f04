/**
 * Pax extended headers: records of `LENGTH keyword=value\n`, where LENGTH counts the whole record.
 * POSIX.1-2017 pax, "pax Extended Header"; the vendor keywords are those of GNU tar, star and
 * libarchive. Values are bytes: hdrcharset is ignored.
 */
import { encodeAccessList, parseAccessList } from '../../tree/access-list.ts';
import { type Attributes, NO_ATTRIBUTES } from '../../tree/attributes.ts';
import { quote, type TarProblems } from './problems.ts';

export interface PaxValue {
  readonly value: string;
  /** Offset of the record in the archive, for messages. */
  readonly offset: number;
}

export interface PaxHeader {
  /** By keyword; only those used here. */
  readonly values: ReadonlyMap<string, PaxValue>;
  /** GNU.sparse.offset and GNU.sparse.numbytes alternating; both repeat within one header. */
  readonly sparsePairs: readonly PaxValue[];
  readonly attributes: Attributes;
}

export const NO_PAX: PaxHeader = {
  values: new Map(),
  sparsePairs: [],
  attributes: NO_ATTRIBUTES,
};

/** Others, such as atime, uname or comment, have no counterpart in an entry. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['path', 'linkpath', 'size', 'mtime', 'uid', 'gid', 'SCHILY.devmajor', 'SCHILY.devminor'],
  ...['GNU.sparse.major', 'GNU.sparse.minor', 'GNU.sparse.name', 'GNU.sparse.size'],
  ...['GNU.sparse.realsize', 'GNU.sparse.numblocks', 'GNU.sparse.map', 'GNU.volume.offset'],
]);

/** Keywords of sparse files in version 0.0, one pair a segment. */
const PAIR_KEYWORDS = ['GNU.sparse.offset', 'GNU.sparse.numbytes'] as const;

/** Values that name a file and therefore must not contain NUL. */
const NAMES: ReadonlySet<string> = new Set(['path', 'linkpath', 'GNU.sparse.name']);

const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;

interface PaxRecord {
  readonly keyword: string;
  readonly value: string;
  /** Where the next one begins, in the header. */
  readonly end: number;
}

/**
 * @param bytes all records of one header
 * @param offset of the first record in the archive, for messages
 * @throws archive-malformed
 */
export function parsePax(bytes: Buffer, offset: number, problems: TarProblems): PaxHeader {
  const values = new Map<string, PaxValue>();
  const sparsePairs: PaxValue[] = [];
  const attributes = new Map<string, string>();
  for (let at = 0; at < bytes.length && !isPadding(bytes, at); ) {
    const { keyword, value, end } = readRecord(bytes, at, offset, problems);
    const found = { value, offset: offset + at };
    if (keyword === PAIR_KEYWORDS[sparsePairs.length % 2]) sparsePairs.push(found);
    else if ((PAIR_KEYWORDS as readonly string[]).includes(keyword)) {
      throw problems.malformed(
        `${keyword} follows ${keyword}, wanted ${PAIR_KEYWORDS[0]} and ${PAIR_KEYWORDS[1]} in turn`,
        found.offset,
      );
    } else if (KEYWORDS.has(keyword)) {
      if (NAMES.has(keyword) && value.includes('\0')) {
        throw problems.malformed(`${keyword} is ${quote(value)}, which holds NUL`, found.offset);
      }
      values.set(keyword, found);
    } else {
      const attribute = attributeOf(keyword);
      if (attribute !== undefined) attributes.set(attribute, attributeValueOf(keyword, value));
    }
    at = end;
  }
  return { values, sparsePairs, attributes: attributes.size === 0 ? NO_ATTRIBUTES : attributes };
}

/** A few writers include the padding of the last block in the size. */
function isPadding(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== 0) return false;
  return bytes.subarray(at).every((byte) => byte === 0);
}

function readRecord(bytes: Buffer, at: number, offset: number, problems: TarProblems): PaxRecord {
  const DIGITS = 15;
  let space = at;
  while (space < at + DIGITS && isDigit(bytes[space])) space += 1;
  if (space === at || bytes[space] !== SPACE) {
    const found = quote(bytes.toString('latin1', at, at + DIGITS));
    throw problems.malformed(`a pax record begins with ${found}, wanted its length and a space`, offset + at);
  }
  const length = Number(bytes.toString('latin1', at, space));
  const end = at + length;
  // After its length, the shortest record has a space, one char of keyword, an equals sign and a newline.
  if (end > bytes.length || end < space + 4) {
    throw problems.malformed(
      `a pax record says that it has ${length} bytes, wanted ${space + 4 - at} to ${bytes.length - at}`,
      offset + at,
    );
  }
  if (bytes[end - 1] !== NEWLINE) {
    throw problems.malformed(`a pax record of ${length} bytes does not end with a newline`, offset + end - 1);
  }
  const equals = bytes.indexOf(EQUALS, space + 1);
  if (equals <= space + 1 || equals >= end - 1) {
    throw problems.malformed('a pax record has no keyword and equals sign', offset + space + 1);
  }
  return {
    keyword: bytes.toString('latin1', space + 1, equals),
    value: bytes.toString('latin1', equals + 1, end - 1),
    end,
  };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** The records that apply to a member: its own override the global ones; an empty value removes a record. */
export function mergePax(lower: PaxHeader, upper: PaxHeader): PaxHeader {
  const values = new Map(lower.values);
  for (const [keyword, found] of upper.values) {
    if (found.value === '') values.delete(keyword);
    else values.set(keyword, found);
  }
  return {
    values,
    sparsePairs: upper.sparsePairs,
    attributes: mergeAttributes(lower.attributes, upper.attributes),
  };
}

/** Returns the same map where the other adds nothing: all members after one global header share it. */
function mergeAttributes(lower: Attributes, upper: Attributes): Attributes {
  if (upper.size === 0) return lower;
  return lower.size === 0 ? upper : new Map([...lower, ...upper]);
}

// Times of pax records: decimal seconds since 1970 with a fraction of any length. POSIX.1-2017 pax.

export interface PaxTime {
  /** Rounded down. */
  readonly seconds: number;
  /** 0..999,999,999, rounded down. */
  readonly nanoseconds: number;
}

const BILLION = 1_000_000_000;

/** @returns undefined where it is not a time or does not fit a number */
export function parsePaxTime(text: string): PaxTime | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)([0-9]{1,20})(?:\.([0-9]*))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const seconds = Number(whole);
  if (seconds >= Number.MAX_SAFE_INTEGER) return undefined;
  let nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'));
  if (sign === '') return { seconds, nanoseconds };
  // Rounding down is away from zero here, so digits after the ninth count.
  if (/[1-9]/.test(fraction.slice(9))) nanoseconds += 1;
  if (nanoseconds === 0) return { seconds: seconds === 0 ? 0 : -seconds, nanoseconds: 0 };
  return { seconds: -seconds - 1, nanoseconds: BILLION - nanoseconds };
}

// Which pax keywords represent a Linux extended attribute, which attribute, and with which value; and the way back.

/** Prefix of GNU tar, star and libarchive, followed by the name of the attribute. */
const SCHILY_PREFIX = 'SCHILY.xattr.';
/** libarchive writes each attribute twice; with this prefix the name is percent-encoded and the value base64. */
const LIBARCHIVE_PREFIX = 'LIBARCHIVE.xattr.';

const WHOLE_KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['SCHILY.acl.access', 'system.posix_acl_access'],
  ['SCHILY.acl.default', 'system.posix_acl_default'],
  ['SCHILY.acl.ace', 'system.nfs4_acl'],
  ['RHT.security.selinux', 'security.selinux'],
]);

/** @returns the name of the attribute, bytes; undefined where the keyword represents none */
function attributeOf(keyword: string): string | undefined {
  if (keyword.startsWith(SCHILY_PREFIX)) return decodeName(keyword.slice(SCHILY_PREFIX.length));
  if (keyword.startsWith(LIBARCHIVE_PREFIX)) {
    return keyword
      .slice(LIBARCHIVE_PREFIX.length)
      .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      );
  }
  return WHOLE_KEYWORDS.get(keyword);
}

/** As GNU tar does: it writes `=`, with which a keyword would end, and `%` as numbers. */
function decodeName(name: string): string {
  return name.replaceAll(/%(3D|25)/g, (_, digits: string) => (digits === '25' ? '%' : '='));
}

/** A name of an attribute as part of a keyword, the way back. */
export function attributeKeyword(name: string): string {
  return SCHILY_PREFIX + name.replaceAll('%', '%25').replaceAll('=', '%3D');
}

/**
 * The value of a record that represents an attribute; see Attributes.
 *
 * @param value as in the record, a byte string
 */
function attributeValueOf(keyword: string, value: string): string {
  if (keyword.startsWith('SCHILY.acl.')) {
    const entries = parseAccessList(value);
    return entries === undefined ? value : encodeAccessList(entries);
  }
  return keyword.startsWith(LIBARCHIVE_PREFIX) ? Buffer.from(value, 'base64').toString('latin1') : value;
}
