// No byte of a secret leaves hide-secrets, in any form in which files contain it.
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE, type PairEntry } from '../../fixtures/diff/pair.ts';
import { hideSecrets, isSecretContent } from '../../src/diff/hide-secrets.ts';
import { proposalToml } from '../../src/diff/proposal.ts';
import { diffOf } from './make-side.ts';

const test = suite('hide secrets');
const SECRET = 'Zx9Qw7Lk';

const LINES: readonly string[] = [
  `password=${SECRET}`,
  `  password: ${SECRET}`,
  `"db_password": "${SECRET}",`,
  `$config['des_key'] = '${SECRET}';`,
  `dbc_dbpass='${SECRET}'`,
  `admin_pass: ${SECRET}`,
  `define('AUTH_KEY', '${SECRET}');`,
  `<password>${SECRET}</password>`,
  `requirepass ${SECRET}`,
  `root:$6$salt$${SECRET}:19000:0:99999:7:::`,
  `root:${SECRET}abcde:19000:0:99999:7:::`,
  `olcRootPW: {SSHA}${SECRET}`,
  `db: postgres://user:${SECRET}@localhost/x`,
  `Authorization: Bearer ${SECRET}`,
  `export API_TOKEN=${SECRET}`,
  `psk="${SECRET}"`,
  `secret_key_base => ${SECRET}`,
];

for (const line of LINES) {
  test(`hidden: ${line}`, () => {
    const [hidden = ''] = hideSecrets([line]);
    assert.not.match(hidden, SECRET);
    assert.match(hidden, '(hidden)');
  });
}

test('a value on the lines behind its name', () => {
  const text = [
    'a: 1',
    'password: |',
    `  ${SECRET}1`,
    `  ${SECRET}2`,
    'b: 2',
    'token:',
    `  ${SECRET}`,
    'c: 3',
  ];
  const hidden = hideSecrets(text);
  assert.not.match(hidden.join('\n'), SECRET);
  assert.equal([hidden[0], hidden[4], hidden[7]], ['a: 1', 'b: 2', 'c: 3']);
});

test('what is no secret stays', () => {
  const lines = [
    'a = 1',
    'made 2024-01-02',
    'root:x:0:0:root:/root:/bin/sh',
    'daemon:*:19000:0:99999:7:::',
    'compass north',
  ];
  assert.equal(hideSecrets(lines), lines);
});

const SAMPLES = new URL('../secrets/samples/', import.meta.url);
const KEYS = readdirSync(SAMPLES).filter((name) =>
  /^(?:dropbear|age|agent|key|minisign\.key|openpgp-secret)/.test(name),
);

for (const name of KEYS) {
  test(`nothing of ${name} is shown, alone or inside of another file`, () => {
    const bytes = readFileSync(new URL(name, SAMPLES));
    assert.ok(isSecretContent(bytes, 'srv/x'));
  });
}

test('keys that lie somewhere in a large file', () => {
  const filler = Buffer.alloc(200_000, 'x\n');
  const inside = (bytes: Buffer): boolean =>
    isSecretContent(Buffer.concat([filler, bytes, filler]), 'boot/image');
  assert.ok(inside(readFileSync(new URL('dropbear-rsa', SAMPLES))));
  assert.ok(inside(Buffer.from('-----BEGIN RSA PRIVATE KEY-----\nMII')));
  assert.not(isSecretContent(filler, 'boot/image'));
});

/** All that a report can show of a diff, in one text. */
async function shown(a: readonly PairEntry[], b: readonly PairEntry[]): Promise<string> {
  const sort = (entries: readonly PairEntry[]): PairEntry[] =>
    [...BASE, ...entries].sort((x, y) => (x.path < y.path ? -1 : 1));
  const { clusters, proposal } = await diffOf(sort(a), sort(b));
  const texts = clusters.flatMap(({ title, advice, examples, paths }) => [
    title,
    advice,
    ...paths,
    ...examples.flatMap(({ lines }) => lines),
  ]);
  return [...texts, proposalToml(proposal)].join('\n');
}

for (const [what, path, content] of [
  [
    'a password in settings',
    'etc/own/config.inc.php',
    (s: string) => `<?php\n$config['des_key'] = '${s}';\n$x = 1;\n`,
  ],
  [
    'a password beside a time',
    'etc/own.conf',
    (s: string) => `# made 2024-01-02 03:04:0${s.at(-1)}\nadmin_pass: ${s}\n`,
  ],
  ['a random key', 'etc/own.key', (s: string) => Buffer.from(s.repeat(8)).toString('hex')],
  ['a cookie', 'var/lib/own/.erlang.cookie', (s: string) => `${s}ABCDEFGHIJKL`],
  [
    'a copy of etc/shadow',
    'var/backups/own.bak',
    (s: string) => `root:$6$aa$${s.repeat(11).slice(0, 86)}:19000:0:99999:7:::\n`,
  ],
  [
    'a hash in a binary file',
    'var/lib/own/users.bin',
    (s: string) => `\0\x01{"plugin":"x","authentication_string":"$6$aa$${s.repeat(11).slice(0, 86)}"}\0`,
  ],
  [
    'a log with a login',
    'opt/own/run.txt',
    (s: string) => `fetch https://user:${s}@example.org/ at 10:11:1${s.at(-1)}\n`,
  ],
] as const) {
  test(`diff shows nothing of ${what}, in examples and proposals`, async () => {
    const [left, right] = ['Zx9Qw7L1', 'Bv3Nm5K2'];
    const [a, b] = [content(left), content(right)];
    const text = await shown([{ path, content: a }], [{ path, content: b }]);
    assert.match(text, path);
    for (const secret of [
      left,
      right,
      Buffer.from(left).toString('hex'),
      Buffer.from(right).toString('hex'),
    ]) {
      assert.not.match(text, secret);
    }
  });
}

test.run();
