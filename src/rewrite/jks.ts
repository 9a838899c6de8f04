import { createHash } from 'node:crypto';
import { damaged, needBytes } from '../formats/damage.ts';
import { ifChanged, type Rewrite, type RewriteResult, UNCHANGED, unlessDamaged } from './rewrite.ts';

/** The password that Java itself uses for its store of trusted certificates. */
const PASSWORD = 'changeit';
/** Mixed into the digest by JDK's JavaKeyStore.java. */
const WHITENER = 'Mighty Aphrodite';
const SHA1_LENGTH = 20;
/** First byte of PKCS #12, the format of newer releases: an ASN.1 SEQUENCE. */
const PKCS12 = 0x30;

/**
 * A Java keystore records for each entry when it was added, and ends with a digest over password and
 * content. Dates after the epoch become the epoch, and entries are sorted by alias: Java writes them in
 * the order of a hash table. Only for stores with the well-known password, so that the digest can be
 * recomputed. PKCS #12 stores hold no such dates for certificates and are left alone.
 */
export const jks: Rewrite = {
  what: 'In Java keystores with the password changeit, dates after the epoch become the epoch.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes, { epoch }) {
    if (bytes[0] === PKCS12) return UNCHANGED;
    return unlessDamaged(bytes, () => rewrite(bytes, epoch));
  },
};

function rewrite(bytes: Buffer, epoch: number): RewriteResult {
  const { header, entries, end } = parseKeyStore(bytes);
  if (bytes.length !== end + SHA1_LENGTH) {
    damaged(end, `${bytes.length - end} bytes after the entries`, `a digest of ${SHA1_LENGTH} bytes`);
  }
  if (!digest(bytes.subarray(0, end)).equals(bytes.subarray(end))) {
    damaged(end, 'another digest', `the digest of a keystore with the password ${PASSWORD}`);
  }
  const latest = BigInt(epoch) * 1000n;
  // Sorting is stable, so entries with the same alias, of which Java uses the last, keep their order.
  const sorted = [...entries].sort((a, b) => (a.alias < b.alias ? -1 : a.alias > b.alias ? 1 : 0));
  const parts = sorted.map(({ bytes: entry, dateAt }) => {
    if (entry.readBigInt64BE(dateAt) <= latest) return entry;
    const clamped = Buffer.from(entry);
    clamped.writeBigInt64BE(latest, dateAt);
    return clamped;
  });
  const content = Buffer.concat([header, ...parts]);
  return ifChanged(bytes, Buffer.concat([content, digest(content)]));
}

function digest(content: Uint8Array): Buffer {
  const password = Buffer.from(PASSWORD, 'utf16le').swap16();
  return createHash('sha1').update(password).update(WHITENER).update(content).digest();
}

const MAGIC = 0xfeedfeed;
const TAG_PRIVATE_KEY = 1;
const TAG_CERTIFICATE = 2;
/** Far more than all certificate authorities in the world. */
const MAX_ENTRIES = 1_000_000;

export interface KeyStoreEntry {
  /** Modified UTF-8, as a byte string. */
  readonly alias: string;
  readonly bytes: Buffer;
  /** Offset in `bytes` of the creation date, an i64 of milliseconds since 1970. */
  readonly dateAt: number;
}

export interface KeyStore {
  readonly header: Buffer;
  readonly entries: readonly KeyStoreEntry[];
  /** Offset after the last entry. */
  readonly end: number;
}

/**
 * Entries of a Java keystore, big endian (JDK: JavaKeyStore.java):
 *
 * - 0 magic u32 0xFEEDFEED, 4 version u32 (1 or 2), 8 number of entries u32
 * - entry: tag u32, alias (length u16, text), creation date i64
 * - tag 1: key (length u32, bytes), number of certificates u32, certificates
 * - tag 2: one certificate
 * - certificate: in version 2 its type (length u16, text); length u32, bytes
 *
 * @throws Damage
 */
export function parseKeyStore(bytes: Buffer): KeyStore {
  needBytes(bytes, 0, 12, 'the header of a Java keystore');
  if (bytes.readUInt32BE(0) !== MAGIC) {
    damaged(0, bytes.toString('hex', 0, 4), 'the magic number of a Java keystore, feedfeed');
  }
  const version = bytes.readUInt32BE(4);
  if (version !== 1 && version !== 2) damaged(4, `version ${version}`, 'version 1 or 2');
  const count = bytes.readUInt32BE(8);
  if (count > MAX_ENTRIES) damaged(8, `${count} entries`, `at most ${MAX_ENTRIES}`);
  const entries: KeyStoreEntry[] = [];
  let at = 12;
  while (entries.length < count) {
    const entry = parseEntry(bytes, at, version);
    entries.push(entry);
    at += entry.bytes.length;
  }
  return { header: bytes.subarray(0, 12), entries, end: at };
}

function parseEntry(bytes: Buffer, start: number, version: number): KeyStoreEntry {
  needBytes(bytes, start, 6, 'an entry');
  const tag = bytes.readUInt32BE(start);
  const aliasEnd = skipShort(bytes, start + 4, 'an alias');
  needBytes(bytes, aliasEnd, 8, 'a creation date');
  let at = aliasEnd + 8;
  if (tag === TAG_PRIVATE_KEY) {
    at = skipLong(bytes, at, 'a private key');
    needBytes(bytes, at, 4, 'the length of a certificate chain');
    const certificates = bytes.readUInt32BE(at);
    if (certificates > MAX_ENTRIES) damaged(at, `${certificates} certificates`, `at most ${MAX_ENTRIES}`);
    at += 4;
    for (let index = 0; index < certificates; index++) at = skipCertificate(bytes, at, version);
  } else if (tag === TAG_CERTIFICATE) {
    at = skipCertificate(bytes, at, version);
  } else {
    damaged(start, `tag ${tag}`, 'tag 1 (private key) or 2 (certificate)');
  }
  return {
    alias: bytes.toString('latin1', start + 6, aliasEnd),
    bytes: bytes.subarray(start, at),
    dateAt: aliasEnd - start,
  };
}

function skipCertificate(bytes: Buffer, at: number, version: number): number {
  return skipLong(bytes, version === 1 ? at : skipShort(bytes, at, 'a certificate type'), 'a certificate');
}

/** @returns the offset after bytes that are preceded by their length in a u16 */
function skipShort(bytes: Buffer, at: number, what: string): number {
  needBytes(bytes, at, 2, what);
  const length = bytes.readUInt16BE(at);
  needBytes(bytes, at + 2, length, what);
  return at + 2 + length;
}

/** @returns the offset after bytes that are preceded by their length in a u32 */
function skipLong(bytes: Buffer, at: number, what: string): number {
  needBytes(bytes, at, 4, what);
  const length = bytes.readUInt32BE(at);
  needBytes(bytes, at + 4, length, what);
  return at + 4 + length;
}
