/** Keys in binary files. Each format is told from its public counterpart, which is no secret. */
import { holdsDerPrivateKey } from './der.ts';

export function holdsPrivateKeyBytes(bytes: Buffer): boolean {
  return (
    holdsSshWireKey(bytes) ||
    holdsDerPrivateKey(bytes) ||
    holdsJavaKeyStoreKey(bytes) ||
    holdsOpenPgpSecretKey(bytes) ||
    bytes.subarray(0, SSH1.length).equals(SSH1)
  );
}

const SSH1 = Buffer.from('SSH PRIVATE KEY FILE FORMAT 1.1\n\0', 'latin1');

/**
 * Fields behind the name of the algorithm in a private key of dropbear, which writes what RFC 4253 sends (signkey.c,
 * buf_put_priv_key). The public key has fewer, but for ed25519, where both halves are one field.
 */
const SSH_WIRE_FIELDS: Readonly<Record<string, number>> = {
  // e, n, d; then p and q.
  'ssh-rsa': 3,
  // p, q, g, y, x.
  'ssh-dss': 5,
  // Name of the curve, public point, private number.
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'ssh-ed25519': 1,
};
const ED25519_BOTH_HALVES = 64;

function holdsSshWireKey(bytes: Buffer): boolean {
  const name = readField(bytes, 0);
  const wanted = name && SSH_WIRE_FIELDS[name.toString('latin1')];
  if (name === undefined || wanted === undefined) return false;
  let at = 4 + name.length;
  for (let field = 0; field < wanted; field++) {
    const value = readField(bytes, at);
    if (value === undefined || value.length === 0) return false;
    if (name.equals(ED25519) && value.length !== ED25519_BOTH_HALVES) return false;
    at += 4 + value.length;
  }
  return true;
}

const ED25519 = Buffer.from('ssh-ed25519', 'latin1');

/** A length of four bytes and what it counts. */
function readField(bytes: Buffer, at: number): Buffer | undefined {
  if (at + 4 > bytes.length) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : bytes.subarray(at + 4, end);
}

const JKS_MAGIC = 0xfeedfeed;
const JCEKS_MAGIC = 0xcececece;

/** JKS and JCEKS of Java: entries of trusted certificates up to the first private (1) or secret (3) key. */
function holdsJavaKeyStoreKey(bytes: Buffer): boolean {
  if (bytes.length < 12 || ![JKS_MAGIC, JCEKS_MAGIC].includes(bytes.readUInt32BE(0))) return false;
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  let at = 12;
  for (let entry = 0; entry < count && at + 6 <= bytes.length; entry++) {
    const tag = bytes.readUInt32BE(at);
    if (tag === 1 || tag === 3) return true;
    if (tag !== 2) return false;
    // Alias and date; the type of the certificate from version 2 on; the certificate.
    at += 4 + 2 + bytes.readUInt16BE(at + 4) + 8;
    if (version === 2) {
      if (at + 2 > bytes.length) return false;
      at += 2 + bytes.readUInt16BE(at);
    }
    if (at + 4 > bytes.length) return false;
    at += 4 + bytes.readUInt32BE(at);
  }
  return false;
}

/** RFC 9580, 4.2: a secret key packet (tag 5) in the old or new form of headers, then the version of the key. */
function holdsOpenPgpSecretKey(bytes: Buffer): boolean {
  const head = bytes[0] ?? 0;
  let at: number;
  if (head === 0xc5) {
    const length = bytes[1] ?? 0;
    at = length < 192 ? 2 : length < 224 ? 3 : length === 255 ? 6 : 2;
  } else if ([0x94, 0x95, 0x96].includes(head)) at = 1 + 2 ** (head & 3);
  else return false;
  const version = bytes[at] ?? 0;
  const algorithm = bytes[at + (version === 3 ? 7 : 5)] ?? 0;
  return version >= 3 && version <= 6 && algorithm >= 1 && algorithm <= 28 && bytes.length > at + 64;
}

/** MIT's keytab: version 5.1 or 5.2, then records with their sizes; negative sizes are holes. */
export function holdsKeytab(bytes: Buffer): boolean {
  if (bytes.length < 16 || bytes[0] !== 5) return false;
  if (bytes[1] !== 1 && bytes[1] !== 2) return false;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const size = bytes[1] === 2 ? bytes.readInt32BE(at) : bytes.readInt32LE(at);
    if (size === 0 || at + 4 + Math.abs(size) > bytes.length) return false;
    if (size > 0) return true;
    at += 4 - size;
  }
  return false;
}
