/** Passwords, their hashes, and tokens that a user or a maintainer script wrote into a text. */

/**
 * crypt(5) in all its forms except the oldest, which looks like any word; Argon2; grub-mkpasswd-pbkdf2; LDAP (RFC
 * 2307).
 */
const HASHES: readonly RegExp[] = [
  /\$(?:1|apr1|sha1|md5)\$[!-9;-~]{1,80}\$[./0-9A-Za-z]{22}/,
  /\$[56]\$(?:rounds=\d{1,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{43}/,
  /\$2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}/,
  /\$(?:y|gy|7)\$[./0-9A-Za-z]{1,30}\$[./0-9A-Za-z]{1,86}\$[./0-9A-Za-z]{43}/,
  /\$argon2(?:id|i|d)\$v=\d{1,3}\$m=\d{1,9},t=\d{1,9},p=\d{1,4}\$[A-Za-z0-9+/]{8,100}\$[A-Za-z0-9+/]{16}/,
  /\bgrub\.pbkdf2\.sha\d{1,3}\.\d{1,9}\.[0-9A-Fa-f]{32}/,
  /\{(?:SSHA|SHA|SMD5|MD5|CRYPT|ARGON2|PBKDF2)[0-9A-Za-z-]{0,10}\}[A-Za-z0-9+/.$=,]{16}/i,
  /^(?:olcRootPW|userPassword)::?[ \t]{1,4}[!-~]{8}/im,
];

/** Tokens with a recognizable prefix, as services issue them; logins for package registries and in URLs. */
const TOKENS: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{40}|\bglpat-[A-Za-z0-9_-]{20}/,
  /\bxox[abeprs]-[A-Za-z0-9-]{20}|\bnpm_[A-Za-z0-9]{36}|\bpypi-AgE[A-Za-z0-9_-]{40}|\bdckr_pat_[A-Za-z0-9_-]{20}/,
  /\bhvs\.[A-Za-z0-9_-]{20}|\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20}|\bSG\.[A-Za-z0-9_-]{20}\.[A-Za-z0-9_-]{20}/,
  /\bAKIA[0-9A-Z]{16}\b[\s\S]{0,400}\b[A-Za-z0-9+/]{40}\b/,
  /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20}/,
  /\/:_(?:authToken|password|auth)[ \t]?=[ \t]?(?!\$)[!-~]{8}/,
  /^[^#\n]{0,1000}\bmachine[ \t]+[^\s]{1,255}\s+login\s+[^\s]{1,255}\s+password\s+[^\s]{3}/m,
];
const ADDRESS_LOGIN = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"<>]{1,64}:([^\s/@:'"<>]{3,128})@[A-Za-z0-9[]/g;

/** Suffixes of setting names. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|(?:^|[_.-]|db|app|user|admin|root)pass|secret|secret_?key(?:_?base)?|des_key|(?:api|auth|access|app|encryption|encrypt|signing|hmac|session|shared|pre_?shared|private)_?key|psk|token|bind_?pw|rootpw|requirepass|masterauth)$/i;
/** Settings that maintainer scripts fill with random passwords: any value is one. */
const ALWAYS_SECRET =
  /^(?:dbc_dbpass|dbc_dbadmpass|dbc_app_pass|dbpass|des_key|admin_pass|requirepass|masterauth)$/i;
const COMMENT = /^\s{0,200}(?:#|;|\/\/|\*|--|<!--|%|!)/;
/** `name = value`, `name: value`, `"name": "value",`, `$x['name'] = 'value';`, `name => 'value'`; the value is a word. */
const ASSIGNMENT =
  /(?<![A-Za-z0-9_.-])([A-Za-z_][A-Za-z0-9_.-]{0,80})["']?\]?[ \t]{0,40}(?:=>|:=|=|:)[ \t]{0,40}(["']?)([^\s"']{1,512})\2[ \t]{0,40}[;,)}\]]{0,4}[ \t\r]{0,40}$/;
/** `define('NAME', 'value')`, `option name 'value'`, `<name>value</name>`. */
const OTHER_FORMS: readonly RegExp[] = [
  /\bdefine\([ \t]{0,8}["'](\w{1,80})["'][ \t]{0,8},[ \t]{0,8}(["'])([^\s"']{1,512})\2/,
  /^[ \t]{0,40}option[ \t]{1,8}(\w{1,80})[ \t]{1,8}(["']?)([^\s"']{1,512})\2[ \t\r]{0,40}$/,
  /<(\w{1,80})>()([^\s<>]{1,512})<\/\1>/,
];
/** pppd(8): client, server, secret, addresses. Templates have no secret, or a star. */
const PPP_NAME = /(?:^|\/)(?:chap|pap|srp|eap|l2tp)-secrets$/;
const PPP_LINE =
  /^[ \t]{0,40}(?!#)(?:"[^"\n]{1,200}"|[^\s"]{1,200})[ \t]{1,80}(?:"[^"\n]{1,200}"|[^\s"]{1,200})[ \t]{1,80}(?!"?\*"?[ \t])(?!""|-)["@]?[!-~]/m;
/** Lines longer than this are not settings. */
const LINE_MAX = 2048;

/** References to something else, and template placeholders. */
const PLACEHOLDER =
  /^(?:[$%{<@&!/]|\.{1,2}\/|file:|env:|(?:change|insert|replace|enter|your|example|dummy|redacted|placeholder)|(?:my|some|an?)[_-]|(?:\*+|x+|default|none|null|nil|true|false|yes|no|on|off|secret|password|passphrase|pass|token|todo|ask|prompt|hidden|required|optional|undefined)$)/i;

/** Whether a text contains the hash of a password in the format of crypt(5) or a similar one. */
export function holdsPasswordHash(text: string): boolean {
  return HASHES.some((pattern) => pattern.test(text));
}

/** Whether a text contains an access token or a URL with a password; placeholders do not count. */
export function holdsToken(text: string): boolean {
  if (TOKENS.some((pattern) => pattern.test(text))) return true;
  for (const [, password = ''] of text.matchAll(ADDRESS_LOGIN)) if (!PLACEHOLDER.test(password)) return true;
  return false;
}

/** Whether a text assigns a password; `path` determines which syntax to expect. */
export function holdsPassword(text: string, path: string): boolean {
  if (PPP_NAME.test(path)) return PPP_LINE.test(text);
  // A quick test, since most files have no such name.
  if (!/pass|secret|key|psk|token|pw|masterauth/i.test(text)) return false;
  return text
    .split('\n')
    .some((line) => line.length <= LINE_MAX && !COMMENT.test(line) && setsPassword(line));
}

function setsPassword(line: string): boolean {
  return [ASSIGNMENT, ...OTHER_FORMS].some((form) => {
    const [, name = '', , value = ''] = form.exec(line) ?? [];
    if (!SECRET_NAME.test(name) || PLACEHOLDER.test(value)) return false;
    return ALWAYS_SECRET.test(name) || looksChosen(value);
  });
}

/** Occurs in program assignments, but rarely in a password. */
const PROGRAM = /[()[\]{}]|::|->/;

/** Eight characters of two kinds or more: `compat`, `md5` and `900` are settings of other things. */
function looksChosen(value: string): boolean {
  if (value.length < 8 || value.includes('://') || PROGRAM.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  return kinds >= 2 && /[0-9A-Z]/.test(value);
}
