import { createHash } from 'node:crypto';
import { ifChanged } from './if-changed.ts';
import { parseKeyStore } from './jks-entries.ts';
import { fail, orMalformed } from './malformation.ts';
import { type Rewrite, type RewriteResult, UNCHANGED } from './rewrite.ts';

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
 * made again. PKCS #12 stores hold no such dates for certificates and stay.
 */
export const jks: Rewrite = {
  what: 'In Java keystores with the password changeit, dates after the epoch become the epoch.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes, { epoch }) {
    if (bytes.length === 0 || bytes[0] === PKCS12) return UNCHANGED;
    return orMalformed(() => rewrite(bytes, epoch));
  },
};

function rewrite(bytes: Buffer, epoch: number): RewriteResult {
  const { header, entries, end } = parseKeyStore(bytes);
  if (bytes.length !== end + SHA1_LENGTH) {
    fail(end, `${bytes.length - end} bytes after the entries`, `a digest of ${SHA1_LENGTH} bytes`);
  }
  if (!digest(bytes.subarray(0, end)).equals(bytes.subarray(end))) {
    fail(end, 'another digest', `the digest of a keystore with the password ${PASSWORD}`);
  }
  const latest = BigInt(epoch) * 1000n;
  // Sorting is stable, so entries with one alias, of which Java takes the last, keep their order.
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
