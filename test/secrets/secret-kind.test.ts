import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SECRET_BYTES_MAX, SECRET_NAMES, secretKind } from '../../src/secrets/secret-kind.ts';

const test = suite('secrets/secret-kind');

/** A file that a real tool made; see samples/make-samples.sh. */
const sample = (name: string): Buffer => readFileSync(new URL(`./samples/${name}`, import.meta.url));
const kindOf = (content: string | Buffer, path = 'etc/some/file'): string | undefined =>
  secretKind(typeof content === 'string' ? Buffer.from(content, 'latin1') : content, path);

test('private keys that real tools wrote', () => {
  for (const name of [
    'dropbear-rsa',
    'dropbear-ecdsa',
    'dropbear-ed25519',
    'putty.ppk',
    'minisign.key',
    'signify.sec',
    'age.txt',
    'openpgp-secret.gpg',
    'openpgp-secret.asc',
    'agent.key',
    'pkcs8.pem',
    'encrypted.pem',
    'pkcs8.der',
    'encrypted.der',
    'pkcs1.der',
    'sec1.der',
    'key.p12',
    'key.jks',
    'secret.jceks',
  ]) {
    assert.is(kindOf(sample(name)), 'private-key', name);
  }
});

test('their public halves, certificates, requests, parameters and stores of certificates are none', () => {
  for (const name of [
    'minisign.pub',
    'signify.pub',
    'openpgp-public.key',
    'openpgp-public.asc',
    'certificate.pem',
    'certificate.der',
    'certificate.p12',
    'certificate.jks',
    'public.der',
    'request.der',
    'parameters.der',
  ]) {
    assert.is(kindOf(sample(name)), undefined, name);
    assert.is(kindOf(sample(name), `etc/${name}.key`), undefined, `${name} under the name of a key`);
  }
});

test('the public key of ssh, as dropbear and everybody else sends it, is none', () => {
  for (const [name, fields] of [
    ['dropbear-rsa', 2],
    ['dropbear-ecdsa', 2],
  ] as const) {
    const whole = sample(name);
    let end = 4 + whole.readUInt32BE(0);
    for (let field = 0; field < fields; field++) end += 4 + whole.readUInt32BE(end);
    assert.is(kindOf(whole.subarray(0, end)), undefined, name);
  }
  const half = Buffer.concat([sample('dropbear-ed25519').subarray(0, 4 + 11), Buffer.alloc(36, 1)]);
  half.writeUInt32BE(32, 4 + 11);
  assert.is(kindOf(half), undefined);
});

test('a field that names no algorithm begins no key', () => {
  for (const name of ['ssh-none', 'constructor', '__proto__', 'toString']) {
    const bytes = Buffer.alloc(200, 1);
    bytes.writeUInt32BE(name.length, 0);
    bytes.write(name, 4);
    assert.is(kindOf(bytes), undefined, name);
  }
});

test('every armour of a private key', () => {
  const pem = (type: 'pkcs1' | 'sec1', key: 'rsa' | 'ec'): string => {
    const pair =
      key === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 1024 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return pair.privateKey.export({ type, format: 'pem' }).toString();
  };
  assert.is(kindOf(pem('pkcs1', 'rsa')), 'private-key');
  assert.is(kindOf(pem('sec1', 'ec')), 'private-key');
  const body = `${'QUJD'.repeat(16)}\n${'QUJD'.repeat(9)}`;
  for (const label of ['DSA ', 'OPENSSH ', 'ANY ', 'ED25519 ', '']) {
    const armour = `-----BEGIN ${label}PRIVATE KEY-----\n${body}\n-----END ${label}PRIVATE KEY-----\n`;
    assert.is(kindOf(armour), 'private-key', label);
    // After a certificate, indented as in YAML, and as a single JSON string.
    assert.is(kindOf(sample('certificate.pem').toString() + armour), 'private-key', label);
    assert.is(kindOf(`key: |\n${armour.replace(/^/gm, '    ')}`), 'private-key', label);
    assert.is(kindOf(JSON.stringify({ private_key: armour })), 'private-key', label);
    assert.is(kindOf(armour.replaceAll('\n', '\r\n')), 'private-key', label);
    for (const wide of [Buffer.from(armour, 'utf16le'), Buffer.from(`\ufeff${armour}`, 'utf16le')]) {
      assert.is(secretKind(wide, 'etc/x'), 'private-key', label);
      assert.is(secretKind(Buffer.from(wide).swap16(), 'etc/x'), 'private-key', label);
    }
  }
  const headers = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n';
  assert.is(kindOf(`-----BEGIN RSA PRIVATE KEY-----\n${headers}${body}\n`), 'private-key');
  assert.is(
    kindOf(
      `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "x"\n${body}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n`,
    ),
    'private-key',
  );
});

test('an armour that a manual or a program names is none', () => {
  for (const text of [
    'if grep -q -e "-----BEGIN PRIVATE KEY-----" "$1"; then echo key; fi\n',
    '# Paste it here:\n# -----BEGIN RSA PRIVATE KEY-----\n# ...\n# -----END RSA PRIVATE KEY-----\n',
    `-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n${sample('certificate.pem')}`,
    `-----BEGIN PUBLIC KEY-----\n${'QUJD'.repeat(16)}\n-----END PUBLIC KEY-----\n`,
  ]) {
    assert.is(kindOf(text), undefined, text);
  }
});

test('keys of networks', () => {
  const key = `${'aB3/'.repeat(10)}aB3=`;
  for (const text of [
    `[Interface]\nPrivateKey = ${key}\n`,
    `[WireGuard]\nPrivateKey=${key}\n`,
    `config interface 'wg0'\n\toption private_key '${key}'\n`,
  ]) {
    assert.is(kindOf(text), 'private-key', text);
  }
  for (const text of [
    `[Peer]\nPresharedKey = ${key}\n`,
    `-----BEGIN OpenVPN Static key V1-----\n${'0123456789abcdef'.repeat(2)}\n-----END OpenVPN Static key V1-----\n`,
    'key "rndc-key" {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0IHNlY3JldCBzZWNyZXQ=";\n};\n',
    'key:\n  name: "sec1"\n  algorithm: hmac-md5\n  secret: "6KM6qiKfwfEpamEq72HQdA=="\n',
    '1 SHA256 HEX:0123456789ABCDEF0123456789ABCDEF\n',
    'network={\n\tssid="home"\n\tpsk="correct horse battery"\n}\n',
    '[wifi-security]\nkey-mgmt=wpa-psk\npsk=v3ryHard-one\n',
    `\tpsk=${'0a'.repeat(32)}\n`,
    '10.0.0.1 10.0.0.2 : PSK "v3ryHard"\n',
    'alice : XAUTH 0sv3ryHardOne\n',
  ]) {
    assert.is(kindOf(text), 'shared-key', text);
  }
  for (const text of [
    `[Peer]\nPublicKey = ${key}\n`,
    `#PrivateKey = ${key}\n`,
    '# secret "c2VjcmV0IHNlY3JldCBzZWNyZXQ=";\n',
    '\t#psk="very secret passphrase"\n',
    'key_mgmt=WPA-PSK\n',
    'psk=<the passphrase>\n',
    '# : PSK "v3ryHard"\n',
    ': RSA /etc/ipsec.d/private/key.pem\n',
    'the secret "of a good sentence";\n',
    '2024 SHA256 sum\n',
  ]) {
    assert.is(kindOf(text), undefined, text);
  }
});

test('a keytab', () => {
  const record = Buffer.alloc(60, 'x');
  const keytab = Buffer.concat([Buffer.from([5, 2, 0, 0, 0, 60]), record]);
  assert.is(kindOf(keytab), 'keytab');
  const hole = Buffer.concat([
    Buffer.from([5, 2]),
    Buffer.from([0xff, 0xff, 0xff, 0xfc, 0, 0, 0, 0]),
    keytab.subarray(2),
  ]);
  assert.is(kindOf(hole), 'keytab');
  assert.is(kindOf(keytab.subarray(0, 40)), undefined, 'cut off');
  assert.is(kindOf(Buffer.alloc(60, 5)), undefined);
});

/** Bytes that are spread as random ones are, and always the same. */
function randomBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

test('random bytes under the name of a key', () => {
  for (const [path, length] of [
    ['etc/munge/munge.key', 128],
    ['etc/pacemaker/authkey', 4096],
    ['etc/corosync/authkey', 256],
    ['boot/disk.keyfile', 512],
    ['crypto_keyfile.bin', 2048],
    ['var/lib/app/secret_key_base', 64],
    ['opt/app/config/master.key', 16],
  ] as const) {
    assert.is(kindOf(randomBytes(length), path), 'random-key', path);
  }
  assert.is(kindOf('0123456789abcdef0123456789abcdef\n', 'etc/brlapi.key'), 'random-key');
  assert.is(kindOf('0123456789abcdef0123456789abcdef', 'opt/app/config/master.key'), 'random-key');
  assert.is(kindOf(`${'aB3/'.repeat(10)}aB3=\n`, 'etc/wireguard/privatekey'), 'random-key');
});

test('under another name, or not random, they are none', () => {
  for (const [content, path] of [
    [randomBytes(128), 'etc/munge/munge.dat'],
    [randomBytes(15), 'etc/short.key'],
    [randomBytes(8193), 'etc/long.key'],
    [Buffer.alloc(128), 'etc/zeros.key'],
    [
      '. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n',
      'var/lib/unbound/root.key',
    ],
    ['[keyboard]\nlayout=us\nvariant=intl\n', 'etc/keyboard.key'],
    [Buffer.concat([Buffer.from('1f8b08', 'hex'), randomBytes(200)]), 'opt/x/packed.key'],
    [Buffer.concat([Buffer.from([0x99, 1, 0x0d, 4]), randomBytes(269)]), 'etc/apt/keyrings/archive.key'],
    [Buffer.from(Array.from({ length: 512 }, (_, at) => at % 64)), 'etc/table.key'],
    ['d41d8cd98f00b204e9800998ecf8427e\n', 'etc/sum.md5'],
    [`${'aB3/'.repeat(10)}aB3=\n`, 'etc/wireguard/publickey'],
  ] as const) {
    assert.is(kindOf(content, path), undefined, path);
  }
});

test('an Erlang cookie, by name', () => {
  assert.is(kindOf('ABCDEFGHIJKLMNOPQRST', 'var/lib/rabbitmq/.erlang.cookie'), 'cookie');
  assert.is(kindOf('ABCDEFGHIJKLMNOPQRST', 'root/.erlang.cookie'), 'cookie');
  assert.is(kindOf('ABCDEFGHIJKLMNOPQRST', 'var/lib/rabbitmq/erlang'), undefined);
  assert.is(kindOf('a sentence, no word', 'root/.erlang.cookie'), undefined);
});

test('an empty file and a large one are not looked at', () => {
  assert.is(kindOf(''), undefined);
  const key = sample('pkcs8.pem');
  const padded = (length: number): Buffer => Buffer.concat([key, Buffer.alloc(length - key.length, '\n')]);
  assert.is(kindOf(padded(SECRET_BYTES_MAX)), 'private-key');
  assert.is(kindOf(padded(SECRET_BYTES_MAX + 1)), undefined);
});

test('cut and damaged keys are something or nothing, never an error', () => {
  const keys = [
    'dropbear-rsa',
    'key.p12',
    'key.jks',
    'secret.jceks',
    'pkcs8.der',
    'openpgp-secret.gpg',
    'encrypted.der',
  ].map(sample);
  const kinds = new Set<unknown>([undefined, ...Object.keys(SECRET_NAMES)]);
  for (const key of keys) {
    for (let length = 0; length < key.length; length++) {
      assert.ok(kinds.has(kindOf(key.subarray(0, length))));
      const flipped = Buffer.from(key);
      flipped[length] = (flipped[length] as number) ^ 0xff;
      assert.ok(kinds.has(kindOf(flipped)));
    }
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('etc/a.key', 'etc/a'), (bytes, path) => {
      assert.ok(kinds.has(kindOf(Buffer.from(bytes), path)));
    }),
  );
});

test('what it says depends on nothing that was looked at before', () => {
  const pem = sample('pkcs8.pem');
  for (let round = 0; round < 3; round++) {
    assert.is(kindOf(pem), 'private-key');
    assert.is(kindOf('deb https://user:v3ryHard@example.org/debian bookworm main\n'), 'token');
    assert.is(kindOf('nothing\n'), undefined);
  }
});

test('a signing key of Nix, and not its public half', () => {
  const half = Buffer.alloc(32, 7).toString('base64');
  assert.is(kindOf(`cache.example.org-1:${Buffer.alloc(64, 7).toString('base64')}\n`), 'private-key');
  assert.is(kindOf(`cache.example.org-1:${half}\n`), undefined);
});

test.run();
