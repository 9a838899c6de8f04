/** Private keys in DER (X.690), which is what PEM encodes, and PKCS #12. */

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
export function holdsDerPrivateKey(bytes: Buffer): boolean {
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
