// Passwords, their hashes and tokens in texts, and what only looks like them.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { secretKind } from '../../src/secrets/secret-kind.ts';

const test = suite('secrets/written-secrets');

const kindOf = (content: string | Buffer, path = 'etc/some/file'): string | undefined =>
  secretKind(typeof content === 'string' ? Buffer.from(content, 'latin1') : content, path);

test('hashes of passwords, but where they belong', () => {
  const salt = 'abcdefgh';
  for (const hash of [
    `$6$${salt}$${'x'.repeat(86)}`,
    `$5$rounds=5000$${salt}$${'x'.repeat(43)}`,
    `$1$${salt}$${'x'.repeat(22)}`,
    `$apr1$${salt}$${'x'.repeat(22)}`,
    `$2y$10$${'x'.repeat(53)}`,
    `$y$j9T$${salt}$${'x'.repeat(43)}`,
    `$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$${'x'.repeat(43)}`,
    `grub.pbkdf2.sha512.10000.${'AB'.repeat(64)}.${'CD'.repeat(64)}`,
    '{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ5en6G',
  ]) {
    const line = `root:${hash}:19000:0:99999:7:::\n`;
    assert.is(kindOf(line, 'etc/passwd'), 'password-hash', hash);
    assert.is(kindOf(line, 'var/backups/shadow.bak'), 'password-hash', hash);
    for (const path of ['etc/shadow', 'etc/shadow-', 'etc/gshadow', 'usr/etc/shadow']) {
      assert.is(kindOf(line, path), undefined, path);
    }
  }
  assert.is(kindOf('olcRootPW:: e1NTSEF9NWVuNkc2TWV6\n'), 'password-hash');
  assert.is(kindOf('dn: uid=a\nuserPassword: {CRYPT}x.abcdefghijklmnop\n'), 'password-hash');
  for (const text of [
    'root:x:0:0:root:/root:/bin/sh\n',
    'root:*:19000::::::\n',
    'PS1="$1$2"\n',
    'daemon:!:1::\n',
  ]) {
    assert.is(kindOf(text, 'etc/passwd'), undefined, text);
  }
});

test('passwords in the forms that settings have', () => {
  for (const text of [
    "dbc_dbpass='aBcDeFgHiJkL'\n",
    "dbc_dbpass='simple'\n",
    "$config['des_key'] = 'kx7Tz0bQw93Lmm2f9qYh1vRa';\n",
    "$dbpass='fhQ8s2';\n",
    "define('DB_PASSWORD', 'v3ryHard-one');\n",
    '  "password": "v3ryHard-one",\n',
    'password: v3ryHard-one\n',
    'admin_pass: kD9s8fj2ll\n',
    'DB_PASSWORD=v3ryHard-one\n',
    'export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY\n',
    '<password>v3ryHard-one</password>\n',
    "config wifi-iface\n\toption password 'v3ryHard-one'\n",
    'requirepass foobared\n'.replace(' ', '='),
    'clientSecret: "0123abcd4567efgh"\r\n',
  ]) {
    assert.is(kindOf(text), 'password', text);
  }
});

test('secrets of pppd, and not the templates that packages copy', () => {
  const template = [
    '# Secrets for authentication using PAP',
    '# client\tserver\tsecret\t\t\tIP addresses',
    '*\thostname\t""\t*',
    'guest\thostname\t"*"\t-',
    'master\thostname\t"*"\t-',
    '#hostname\t*\t"v3ryHard"\t*',
    '',
  ].join('\n');
  for (const path of ['etc/ppp/pap-secrets', 'etc/ppp/chap-secrets']) {
    assert.is(kindOf(template, path), undefined);
    for (const line of [
      'alice\t*\tpassword\n',
      '"alice@isp" "isp" "two words" *\n',
      'bob * @/etc/ppp/bob\n',
    ]) {
      assert.is(kindOf(template + line, path), 'password', line);
    }
  }
});

test('settings about passwords, comments and placeholders are none', () => {
  for (const text of [
    'passwd:         files systemd\n',
    'passwd: compat\n',
    'password\t[success=1 default=ignore]\tpam_unix.so obscure yescrypt\n',
    'PASS_MAX_DAYS=99999\n',
    'password_file = /etc/app/password1\n',
    'password = /run/secrets/Password1\n',
    'password = $DB_PASSWORD1\n',
    'password = %(PASSWORD1)s\n',
    'password = {{ Password1 }}\n',
    'password = <Your-Password1>\n',
    'password = changeme123\n',
    'password = your_password1\n',
    'password = ********\n',
    "dbc_dbpass=''\n",
    '# password = v3ryHard-one\n',
    '; password = v3ryHard-one\n',
    '// "password": "v3ryHard-one"\n',
    'bypass = Value123\n',
    'monkey = Banana123\n',
    'PasswordAuthentication=no\n',
    'token=true\n',
    '  arrival_token __token = __barrier::arrive1(x);\n',
    'token = Parser->next2;\n',
  ]) {
    assert.is(kindOf(text), undefined, text);
  }
});

test('tokens and logins', () => {
  const word = 'a1B2c3D4e5'.repeat(8);
  for (const text of [
    `GITHUB=ghp_${word.slice(0, 36)}\n`,
    `x: glpat-${word.slice(0, 20)}\n`,
    `//registry.example.org/:_authToken=${word.slice(0, 20)}\n`,
    `//registry.example.org/:_authToken=npm_${word.slice(0, 36)}\n`,
    `Authorization: Bearer eyJ${word}.eyJ${word}.${word}\n`,
    'deb https://user:v3ryHard@example.org/debian bookworm main\n',
    'machine example.org login user password v3ryHard\n',
    `[default]\naws_access_key_id = AKIAABCDEFGHIJKLMNOP\naws_secret_access_key = ${word.slice(0, 40)}\n`,
  ]) {
    assert.is(kindOf(text), 'token', text);
  }
  for (const text of [
    'deb https://example.org:8080/debian bookworm main\n',
    'url = https://user:$PASSWORD@example.org/\n',
    'url = https://user:<password>@example.org/\n',
    `//registry.example.org/:_authToken=\${NPM_TOKEN}\n`,
    'ssh://git@example.org/x\n',
  ]) {
    assert.is(kindOf(text), undefined, text);
  }
});

test.run();
