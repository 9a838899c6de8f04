/** Tells by its content whether a file holds a secret. Pure: bytes in, a kind out; it keeps and shows none of them. */
import { holdsKeytab, holdsPrivateKeyBytes } from './key-formats.ts';
import { holdsPrivateKeyText, holdsSharedKeyText } from './key-texts.ts';
import { holdsCookie, holdsRandomKey } from './random-key.ts';
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

/** Those that hold a key as their purpose have a few kilobytes. Larger files are searched as long-text.ts does, if at all. */
export const SECRET_BYTES_MAX: number = 64 * 1024;

/** Where a hash of a password belongs, and readers expect it. */
const ACCOUNT_FILES = /^(?:usr\/)?etc\/g?shadow-?$/;

/** Editors of another system write UTF-16: every second byte of a key is a NUL then. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const isWide = bytes.length > 3 && (bytes[0] === 0 || bytes[1] === 0 || bytes[2] === 0 || bytes[3] === 0);
  return isWide ? text.replaceAll('\0', '').replace(/^(?:\xff\xfe|\xfe\xff)/, '') : text;
}

/**
 * The most telling kind of secret in a file, or undefined where none is recognized or the file has more than
 * SECRET_BYTES_MAX bytes. Public keys, certificates, and placeholders such as `changeme` are none.
 *
 * Takes time in proportion to the bytes.
 *
 * @param bytes the whole file; never written to
 * @param path from the root of the tree, a byte string: random bytes tell nothing without their name
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
