/** Keys in binary files. Each format is distinguished from its public counterpart, which is not a secret. */

/** Whether the bytes contain a private key in one of the binary formats. */
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
 * Fields after the name of the algorithm in a private key of dropbear, which writes what RFC 4253 sends (signkey.c,
 * buf_put_priv_key). The public key has fewer, except for ed25519, where both halves are one field.
 */
const SSH_WIRE_FIELDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    // e, n, d; then p and q.
    'ssh-rsa': 3,
    // p, q, g, y, x.
    'ssh-dss': 5,
    // Name of the curve, public point, private number.
    'ecdsa-sha2-nistp256': 3,
    'ecdsa-sha2-nistp384': 3,
    'ecdsa-sha2-nistp521': 3,
    'ssh-ed25519': 1,
  }),
);
const ED25519_BOTH_HALVES = 64;

function holdsSshWireKey(bytes: Buffer): boolean {
  const name = readField(bytes, 0);
  const wanted = name && SSH_WIRE_FIELDS.get(name.toString('latin1'));
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

/** A length of four bytes, and as many bytes. */
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

// Private keys in DER (X.690), which is what PEM encodes, and PKCS #12.

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const INTEGER = 0x02;
const OCTETS = 0x04;
const OBJECT_ID = 0x06;
const SEQUENCE = 0x30;
/** The shortest number that is part of a key and no version. */
const KEY_NUMBER_MIN = 16;

/** Object identifiers below which the ways lie of encrypting a key by a password: PKCS #5 and PKCS #12. */
const PASSWORD_ENCRYPTION: readonly Buffer[] = [
  Buffer.from('2a864886f70d0105', 'hex'),
  Buffer.from('2a864886f70d010c01', 'hex'),
];

/** The bags of PKCS #12 (RFC 7292, 4.2) for a plain key, an encrypted one, and another secret. */
const KEY_BAGS: readonly Buffer[] = ['01', '02', '05'].map((last) =>
  Buffer.from(`060b2a864886f70d010c0a01${last}`, 'hex'),
);

/**
 * PKCS #1, SEC 1, PKCS #8 plain and encrypted (RFC 5958), or PKCS #12 with a key in it. A store of
 * certificates only, as Java has for those it trusts, is none.
 */
function holdsDerPrivateKey(bytes: Buffer): boolean {
  const whole = readWhole(bytes);
  if (whole === undefined) return false;
  const first = readElement(bytes, whole.start);
  const second = first && readElement(bytes, first.end);
  if (first === undefined || second === undefined) return false;
  if (first.tag === SEQUENCE && second.tag === OCTETS && second.end === whole.end) {
    return isEncryption(bytes, first);
  }
  if (first.tag !== INTEGER || first.end - first.start !== 1) return false;
  switch (bytes[first.start]) {
    case 0:
    case 1:
      return isKeyAfterVersion(bytes, second);
    case 3:
      return second.tag === SEQUENCE && KEY_BAGS.some((bag) => bytes.includes(bag));
    default:
      return false;
  }
}

/** Whether the file is one element of DER: a certificate, a public key, a request, or what is private. */
export function isDer(bytes: Buffer): boolean {
  return readWhole(bytes) !== undefined;
}

function readWhole(bytes: Buffer): Element | undefined {
  const whole = readElement(bytes, 0);
  return whole?.tag === SEQUENCE && whole.end === bytes.length ? whole : undefined;
}

function isKeyAfterVersion(bytes: Buffer, element: Element): boolean {
  const length = element.end - element.start;
  if (element.tag === INTEGER || element.tag === OCTETS) return length >= KEY_NUMBER_MIN;
  if (element.tag !== SEQUENCE) return false;
  return (
    readElement(bytes, element.start)?.tag === OBJECT_ID && readElement(bytes, element.end)?.tag === OCTETS
  );
}

function isEncryption(bytes: Buffer, algorithm: Element): boolean {
  const name = readElement(bytes, algorithm.start);
  if (name?.tag !== OBJECT_ID) return false;
  const id = bytes.subarray(name.start, name.end);
  return PASSWORD_ENCRYPTION.some((prefix) => id.subarray(0, prefix.length).equals(prefix));
}

/** Undefined where the bytes end first, or the length is indefinite or above four bytes. */
function readElement(bytes: Buffer, at: number): Element | undefined {
  const tag = bytes[at];
  const short = bytes[at + 1];
  if (tag === undefined || short === undefined) return undefined;
  let start = at + 2;
  let length = short;
  if (short >= 0x80) {
    const count = short - 0x80;
    if (count === 0 || count > 4 || start + count > bytes.length) return undefined;
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  return start + length > bytes.length ? undefined : { tag, start, end: start + length };
}
