/**
 * Determines from its content whether a file holds a secret. Pure: bytes in, a kind out; no bytes are kept or shown.
 */
import { holdsKeytab, holdsPrivateKeyBytes, isDer } from './key-formats.ts';
import { holdsPrivateKeyText, holdsSharedKeyText } from './key-texts.ts';
import { holdsPassword, holdsPasswordHash, holdsToken } from './written-secrets.ts';

export type SecretKind =
  | 'private-key'
  | 'shared-key'
  | 'keytab'
  | 'random-key'
  | 'cookie'
  | 'password-hash'
  | 'password'
  | 'token';

/** What a file of each kind holds, as the object of a sentence. */
export const SECRET_NAMES: Readonly<Record<SecretKind, string>> = {
  'private-key': 'a private key',
  'shared-key': 'a key that both ends of a connection share',
  keytab: 'Kerberos keys',
  'random-key': 'a random key',
  cookie: 'an Erlang cookie',
  'password-hash': 'the hash of a password',
  password: 'a password',
  token: 'an access token or a login',
};

/**
 * Files whose purpose is to hold a key have a few kilobytes. Larger files are only searched by long-text.ts, if at all.
 */
export const SECRET_BYTES_MAX: number = 64 * 1024;

/** Files where a password hash belongs and is expected. */
const ACCOUNT_FILES = /^(?:usr\/)?etc\/g?shadow-?$/;

/** Editors on another system write UTF-16: then every second byte of a key is NUL. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const isWide = bytes.length > 3 && (bytes[0] === 0 || bytes[1] === 0 || bytes[2] === 0 || bytes[3] === 0);
  return isWide ? text.replaceAll('\0', '').replace(/^(?:\xff\xfe|\xfe\xff)/, '') : text;
}

/**
 * The most specific kind of secret in a file, or undefined if none is recognized or the file has more than
 * SECRET_BYTES_MAX bytes. Public keys, certificates, and placeholders such as `changeme` do not count.
 *
 * Takes time proportional to the number of bytes.
 *
 * @param bytes the whole file; never written to
 * @param path from the root of the tree, a byte string: random bytes are only recognized together with their name
 */
export function secretKind(bytes: Buffer, path: string): SecretKind | undefined {
  if (bytes.length === 0 || bytes.length > SECRET_BYTES_MAX) return undefined;
  if (holdsPrivateKeyBytes(bytes)) return 'private-key';
  if (holdsKeytab(bytes)) return 'keytab';
  const text = textOf(bytes);
  if (holdsPrivateKeyText(text)) return 'private-key';
  if (holdsSharedKeyText(text)) return 'shared-key';
  if (holdsCookie(text, path)) return 'cookie';
  if (holdsRandomKey(bytes, text, path)) return 'random-key';
  if (ACCOUNT_FILES.test(path)) return undefined;
  if (holdsPasswordHash(text)) return 'password-hash';
  if (holdsToken(text)) return 'token';
  return holdsPassword(text, path) ? 'password' : undefined;
}

// Random bytes and words that count as keys because of their file name.

/** Names of files that hold nothing but a key. */
const KEY_NAME =
  /(?:\.(?:key|keyfile|secret|psk)|(?:^|\/)(?:authkey|keyfile|crypto_keyfile\.bin|private[_-]?key|preshared[_-]?key|psk|[^/]{0,40}secret(?:[_-]?key(?:[_-]?base)?)?|[^/]{0,40}(?:encryption|master|session|cookie|auth)[_-]?key))$/i;
const COOKIE_NAME = /(?:^|\/)\.erlang\.cookie$/;

const BYTES_MIN = 16;
/** pacemaker's key has 4,096, a disk key up to twice as many. */
const BYTES_MAX = 8192;

/** At least 128 bits as one word of hexadecimal digits or base64, including URL-safe base64. */
const HEX_WORD = /^(?:[0-9a-f]{2}){16,4096}$/i;
const BASE64_WORD = /^[A-Za-z0-9+/_-]{22,8192}={0,2}$/;

/** First bytes of files that have such names but are not keys: compressed files, programs, pictures, keyrings. */
const PUBLIC_STARTS: readonly Buffer[] = [
  '1f8b',
  'fd377a585a',
  '28b52ffd',
  '425a68',
  '504b',
  '7f454c46',
  '89504e47',
  // OpenPGP public keys: old headers with lengths of one and two bytes, and new ones.
  '98',
  '99',
  'c6',
].map((hex) => Buffer.from(hex, 'hex'));

/** Whether a file is Erlang's cookie, by its name, with one word as content. */
function holdsCookie(text: string, path: string): boolean {
  return COOKIE_NAME.test(path) && /^[!-~]{4,255}\s*$/.test(text);
}

/** Whether a file named like a key holds random bytes: raw, in hexadecimal or in base64. */
function holdsRandomKey(bytes: Buffer, text: string, path: string): boolean {
  if (bytes.length < BYTES_MIN || bytes.length > BYTES_MAX || !KEY_NAME.test(path)) return false;
  const word = text.trim();
  if (HEX_WORD.test(word)) return true;
  if (BASE64_WORD.test(word)) return isMixed(word);
  const isPublic = PUBLIC_STARTS.some((start) => bytes.subarray(0, start.length).equals(start));
  return !isPublic && !isDer(bytes) && looksRandom(bytes);
}

/** Whether it mixes kinds of characters; words and names do not. */
function isMixed(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9]/.test(word);
}

/**
 * Whether bytes are distributed like random ones: about as many of the 256 values occur as would by chance, and no
 * range of values is preferred, as it is in text, DER, and tables of numbers.
 */
function looksRandom(bytes: Buffer): boolean {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] as number) + 1;
  const distinct = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const expected = 256 * (1 - (255 / 256) ** bytes.length);
  if (distinct < 0.85 * expected) return false;
  // Eight equal ranges of values: the sum of squared deviations has an expectation of 7, and exceeds 40 once in a
  // million.
  const ranges = new Uint32Array(8);
  counts.forEach((count, byte) => {
    ranges[byte >> 5] = (ranges[byte >> 5] as number) + count;
  });
  const even = bytes.length / ranges.length;
  return ranges.reduce((sum, count) => sum + (count - even) ** 2 / even, 0) < 40;
}
