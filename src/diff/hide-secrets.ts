/**
 * Keeps keys, passwords and their hashes out of reports. It hides too much rather than too little: reports get passed
 * around.
 */
import { holdsKeytab, holdsPrivateKeyBytes } from '../secrets/key-formats.ts';
import { holdsPrivateKeyText, holdsSharedKeyText } from '../secrets/key-texts.ts';
import { SECRET_BYTES_MAX, secretKind } from '../secrets/secret-kind.ts';
import { holdsPasswordHash, holdsToken } from '../secrets/written-secrets.ts';

/** What replaces a secret. */
const HIDDEN = '(hidden)';

/** Parts of names of settings whose values are hidden. */
const NAME =
  '[\\w.$\\[\\]\'"-]{0,80}(?:pass(?:wd|word|wort|phrase|code)?|passwd|pwd|secret|token|cookie|credentials?|psk|salt|nonce|rootpw|bindpw|community|private_?key|(?:des|api|auth|access|account|app|encrypt(?:ion)?|sign(?:ing)?|hmac|master|session|shared|storage|pre_?shared|client)[_-]?key(?:[_-]data)?|authkey|authtoken)[\\w.$\\[\\]\'"-]{0,40}';
/** Names that are separated from their value by just a space. */
const SPACED = '(?:requirepass|masterauth|[\\w-]{0,40}(?:password|passwd|passphrase|psk|secret|token))';
/** The name, the separator, and the value up to the end of the line. */
const SETTING = new RegExp(
  `^(.{0,400}?(?:${NAME}[ \\t]*(?:=>|:=|::|[=:])|${SPACED}[ \\t])[ \\t]*)(.*)$`,
  'i',
);
/** A value that begins on the next line. */
const OPEN_VALUE = /^(?:[|>][+-]?\d?|\\|["']{1,3}|[[{(])?$/;

const REPLACED: readonly (readonly [pattern: RegExp, by: string])[] = [
  // shadow(5), gshadow(5), htpasswd: the second field, which is a hash where it has letters.
  [/^([-+\w.@ ]{1,64}):(?!\*|!|x:)([^:\s]{8,}|[!*]+[^:\s!*]{3,})(?=:|$)/, `$1:${HIDDEN}`],
  [/^([-+\w.]{1,64}):([!*]+[^:\s!*]{3,})(?=:)/, `$1:${HIDDEN}`],
  [/\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|md5|argon2\w{0,2}|scrypt|pbkdf2[\w-]*)\$[^\s:"',;]+/g, HIDDEN],
  [/\{(?:S?SHA|SHA|S?MD5|MD5|CRYPT|ARGON2|PBKDF2|SASL)[\w-]{0,10}\}[^\s"',;]+/gi, HIDDEN],
  [/\bgrub\.pbkdf2\.[\w.]+/g, HIDDEN],
  // MySQL's hash of a password.
  [/\*[0-9A-F]{40}\b/g, HIDDEN],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"<>]{0,64}:)[^\s/@'"<>]+(?=@)/gi, `$1${HIDDEN}`],
  [/\b((?:Basic|Bearer|Digest)[ \t]+)[\w+/=.~-]{6,}/gi, `$1${HIDDEN}`],
  [/<(\w*(?:pass|secret|token|key|pwd)\w*)>[^<]*/gi, `<$1>${HIDDEN}`],
  [/\bdefine\(([ \t]*["']\w*(?:PASS|KEY|SALT|SECRET|TOKEN)\w*["'][ \t]*,).*/gi, `define($1${HIDDEN}`],
];

/** Whether no part of a content may be shown, since all of it or some part is a key. */
export function isSecretContent(bytes: Buffer, path: string): boolean {
  if (bytes.length <= SECRET_BYTES_MAX && secretKind(bytes, path) !== undefined) return true;
  if (holdsPrivateKeyBytes(bytes) || holdsKeytab(bytes) || KEY_STORES.test(bytes.toString('latin1', 0, 8)))
    return true;
  const text = bytes.toString('latin1');
  return (
    ARMOUR.test(text) ||
    WIRE_KEY.test(text) ||
    holdsPrivateKeyText(text) ||
    holdsSharedKeyText(text) ||
    holdsToken(text)
  );
}

/** Whether binary content contains a hash or the like: the bytes around a difference may belong to it. */
export function hasSecretInside(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return (
    holdsPasswordHash(text) ||
    /\*[0-9A-F]{40}/.test(text) ||
    /(?:pass(?:word|wd|phrase)|secret)["']?\s*[=:]/i.test(text)
  );
}

/** Matches even if only the beginning is present. */
const ARMOUR = /BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|PuTTY-User-Key-File|AGE-SECRET-KEY-|SSH PRIVATE KEY FILE/;
/** dropbear's and OpenSSH's algorithm names, preceded by their length, anywhere in an archive. */
const WIRE_KEY = /\0\0\0[\x07\x0b\x13](?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})\0|openssh-key-v1\0/;
/** Java's key stores, old and of JCE; KeePass. */
const KEY_STORES = /^(?:\xfe\xed\xfe\xed|\xce\xce\xce\xce|\x03\xd9\xa2\x9a)/;

/**
 * The lines of a text with values of secret settings, hashes and logins replaced; as many lines, each a byte string.
 *
 * @param lines from the beginning of the text: a value may begin on the line after its name
 */
export function hideSecrets(lines: readonly string[]): string[] {
  /** Indentation of the name whose value is on the following, deeper lines; -1 for none. */
  let indent = -1;
  let isNext = false;
  return lines.map((raw) => {
    if (raw.trim() !== '' && (isNext || (indent >= 0 && indentOf(raw) > indent))) {
      isNext = false;
      return raw.replace(/\S.*/, HIDDEN);
    }
    indent = -1;
    const line = REPLACED.reduce((text, [pattern, by]) => text.replace(pattern, by), raw);
    const [, head = '', value = ''] = SETTING.exec(line) ?? [];
    if (head !== '' && !OPEN_VALUE.test(value.trim())) return `${head}${HIDDEN}`;
    if (head !== '' || OPEN_NAME.test(line)) {
      indent = indentOf(line);
      isNext = true;
    }
    return line;
  });
}

const OPEN_NAME = new RegExp(`${NAME}[ \\t]*(?:=>|[=:]|>)[ \\t]*$`, 'i');

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}

/** Whether two texts differ in a secret: in a line that is partly hidden. */
export function differInSecret(a: string, b: string): boolean {
  const [left, right] = [hiddenLines(a), hiddenLines(b)];
  return left !== right && (left !== '' || right !== '');
}

function hiddenLines(text: string): string {
  const lines = text.split('\n');
  return hideSecrets(lines)
    .flatMap((line, i) => (line === lines[i] ? [] : [lines[i]]))
    .join('\n');
}
