/** Keys in text files. */

/**
 * RFC 7468 and its older relatives: RSA, EC, DSA, OPENSSH, ENCRYPTED, ANY, TSS2; OpenPGP has a BLOCK. The last form is
 * ssh.com's.
 */
const ARMOUR =
  /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----/g;
/** Characters after the first line that are searched for the key; headers such as Proc-Type come before it. */
const BODY_LENGTH = 2048;
/** A line of base64 or hexadecimal digits. If a manual or a template merely mentions the armour, none follows. */
const BODY = /[A-Za-z0-9+/]{32}/;

const PRIVATE_KEYS: readonly RegExp[] = [
  // PuTTY, whose files begin with the public half.
  /^Private-Lines: [1-9]\d{0,3}\r?\n[A-Za-z0-9+/]{16}/m,
  // age-keygen(1).
  /AGE-SECRET-KEY-(?:1|PQ-1)[0-9A-Z]{50}/,
  // minisign, encrypted and not, and signify: the base64 of their algorithm and key derivation.
  /^untrusted comment: [^\n]{0,1024}\n(?:RWRTY0Iy|RWQAAEIy|RWRCS)[A-Za-z0-9+/]{80}/m,
  // gpg-agent, canonical and extended private key format.
  /(?:^|\n)(?:Key: )?\((?:\d\d:)?(?:protected-)?private-key/,
  // wg(8), systemd.netdev(5), and the settings of OpenWrt.
  /^[ \t]*(?:PrivateKey[ \t]*=[ \t]*|option private_key[ \t]+['"]?)[A-Za-z0-9+/]{43}=/im,
  // nix-store --generate-binary-cache-key: a name, and both halves of a key of Ed25519.
  /^[A-Za-z0-9._-]{1,128}:[A-Za-z0-9+/]{86}==\s*$/m,
  // Tor's service keys.
  /^== ed25519v1-secret: /,
  // Keys of version 2 belong to a single client.
  /-----BEGIN OpenVPN tls-crypt-v2 (?:client|server) key-----/,
];

const SHARED_KEYS: readonly RegExp[] = [
  /-----BEGIN OpenVPN Static key V1-----/,
  /^[ \t]*(?:PresharedKey[ \t]*=[ \t]*|option preshared_key[ \t]+['"]?)[A-Za-z0-9+/]{43}=/im,
  // wpa_supplicant.conf(5) and NetworkManager: a passphrase may contain spaces if quoted.
  /^[ \t]{0,40}(?:psk|wpa_psk|wpa_passphrase|sae_password)[ \t]{0,8}=[ \t]{0,8}(?:"[^"\n<$]{8,63}"|(?![$<%{])[!-~]{8,64}[ \t\r]{0,40}$)/m,
  // ipsec.secrets(5).
  /^[^#\n]{0,400}:[ \t]{0,20}(?:PSK|XAUTH|EAP|NTLM|PIN|AUTH)[ \t]{1,20}(?:"[^"\n]{3}|0[sx][A-Za-z0-9+/]{8})/m,
  // rndc.key(5), named.conf(5) and nsd.conf(5).
  /^[^#/\n]{0,200}\bsecret:?[ \t]{1,20}(?:"[A-Za-z0-9+/]{16,512}={0,2}"|[A-Za-z0-9+/]{16,512}==?(?![A-Za-z0-9+/=]))/m,
  // ntp.keys(5) and chrony.keys: number, algorithm, key.
  /^[ \t]{0,20}\d{1,10}[ \t]{1,20}(?:M|MD5|SHA1|SHA256|SHA384|SHA512|AES128|AES256|AES128CMAC)[ \t]{1,20}(?:HEX:|ASCII:)?[!-~]{8}/m,
];

/** Whether a text contains a private key, armoured or in one of the known textual forms. */
export function holdsPrivateKeyText(text: string): boolean {
  return holdsArmouredKey(text) || PRIVATE_KEYS.some((pattern) => pattern.test(text));
}

/** Whether a text contains a shared key, such as those of WireGuard or TSIG. */
export function holdsSharedKeyText(text: string): boolean {
  return SHARED_KEYS.some((pattern) => pattern.test(text));
}

function holdsArmouredKey(text: string): boolean {
  for (const { index, 0: first } of text.matchAll(ARMOUR)) {
    const begin = index + first.length;
    const body = text.slice(begin, begin + BODY_LENGTH);
    const end = body.search(/---- ?(?:BEGIN|END) /);
    if (BODY.test(end === -1 ? body : body.slice(0, end))) return true;
  }
  return false;
}
