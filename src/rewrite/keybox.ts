import { createHash } from 'node:crypto';
import { damaged, needBytes } from '../formats/damage.ts';
import { ifChanged, type Rewrite, UNCHANGED, unlessDamaged } from './rewrite.ts';

/** Each blob: length at 0, type at 4, version at 5; numbers are big-endian. */
const BLOB_HEAD = 8;
const TYPE = { empty: 0, header: 1, openpgp: 2, x509: 3 } as const;

/** The first blob of a file: magic at 8, times of its creation and of the last maintenance. */
const HEADER = { magic: Buffer.from('KBXf'), magicAt: 8, times: [16, 20], size: 32 } as const;

/** Before the keys of a certificate: their number at 16, the bytes for each at 18. */
const KEYS_AT = 20;
/** Bytes for each signature. */
const SIGNATURE_SIZE = 4;
/** Behind the signatures: trust and validity, then times of the next check, of the newest key, and of the blob itself. */
const BLOB_TIME = 12;
/** Times up to the end of the one of the blob. */
const TAIL_SIZE = 16;
/** SHA-1 of all before it, at the end of each blob of a certificate. */
const CHECKSUM_SIZE = 20;

/**
 * `pubring.kbx` of GnuPG (kbx/keybox-blob.c): records when the file was created and last cleaned up, and when
 * each key was imported. Nothing depends on these times; keys and signatures have their own.
 */
export const keyboxTimes: Rewrite = {
  what: 'In keyrings of GnuPG, times of import after the epoch become the epoch.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes, { epoch }) {
    const isKeybox = bytes
      .subarray(HEADER.magicAt, HEADER.magicAt + HEADER.magic.length)
      .equals(HEADER.magic);
    if (!isKeybox) return UNCHANGED;
    return unlessDamaged(bytes, () => {
      const after = Buffer.from(bytes);
      const clamp = (at: number): void => {
        if (after.readUInt32BE(at) > epoch) after.writeUInt32BE(epoch, at);
      };
      for (let start = 0; start < bytes.length; ) {
        const end = endOfBlob(bytes, start);
        const type = bytes[start + 4];
        if (type === TYPE.header) {
          if (end - start < HEADER.size) damaged(start, `a header of ${end - start} bytes`, `${HEADER.size}`);
          for (const at of HEADER.times) clamp(start + at);
        } else if (type === TYPE.openpgp || type === TYPE.x509) {
          clamp(timeOfBlob(bytes, start, end));
          seal(bytes, after, start, end);
        } else if (type !== TYPE.empty) {
          damaged(start + 4, `a blob of type ${type}`, 'a header, a certificate or an empty one');
        }
        start = end;
      }
      return ifChanged(bytes, after);
    });
  },
};

function endOfBlob(bytes: Buffer, start: number): number {
  needBytes(bytes, start, BLOB_HEAD, 'the beginning of a blob');
  const size = bytes.readUInt32BE(start);
  if (size < BLOB_HEAD) damaged(start, `a blob of ${size} bytes`, `at least ${BLOB_HEAD}`);
  needBytes(bytes, start, size, `a blob of ${size} bytes`);
  return start + size;
}

/** Offset of the time at which the blob was written. */
function timeOfBlob(bytes: Buffer, start: number, end: number): number {
  const limit = end - CHECKSUM_SIZE;
  const number = (at: number): number => {
    if (at + 2 > limit) damaged(start, `lists of a certificate up to ${at + 2}`, `an end before ${limit}`);
    return bytes.readUInt16BE(at);
  };
  let at = start + KEYS_AT + number(start + 16) * number(start + 18);
  // Serial number; user ids, each with the size of their data; signatures.
  at += 2 + number(at);
  at += 4 + number(at) * number(at + 2);
  const size = number(at + 2);
  if (size !== SIGNATURE_SIZE) damaged(at + 2, `${size} bytes for a signature`, `${SIGNATURE_SIZE}`);
  at += 4 + number(at) * size;
  if (at + TAIL_SIZE > limit) damaged(start, `lists of a certificate up to ${at}`, `an end before ${limit}`);
  return at + BLOB_TIME;
}

/** Renews the checksum of a changed blob, provided that the old one was right. */
function seal(bytes: Buffer, after: Buffer, start: number, end: number): void {
  const from = end - CHECKSUM_SIZE;
  if (after.subarray(start, from).equals(bytes.subarray(start, from))) return;
  const found = bytes.subarray(from, end);
  if (!sha1(bytes.subarray(start, from)).equals(found)) {
    damaged(from, `checksum ${found.toString('hex')}`, 'that of the blob');
  }
  sha1(after.subarray(start, from)).copy(after, from);
}

function sha1(bytes: Buffer): Buffer {
  return createHash('sha1').update(bytes).digest();
}
