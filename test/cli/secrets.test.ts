import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { warningLines } from '../../src/report/changes.ts';
import { indented } from '../../src/report/document.ts';
import { isSecret } from '../../src/rules/rule.ts';
import { before } from '../support/before.ts';
import { plainLines } from '../support/plain-report.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli secrets');
const scratch = new Scratch('cli-secrets');
const tree = scratch.in('tree');
const clean = scratch.in('clean');

before(test, () => {
  mkdirSync(`${tree}/root/.ssh`, { recursive: true });
  mkdirSync(`${tree}/boot`);
  mkdirSync(`${clean}/etc`, { recursive: true });
  writeFileSync(`${tree}/root/.ssh/id_ed25519`, 'key\n');
  writeFileSync(`${tree}/root/.netrc`, 'machine x\n');
  writeFileSync(`${tree}/root/.aws`, '');
  writeFileSync(`${tree}/boot/initrd.img-6.1`, 'x');
  writeFileSync(`${clean}/etc/x`, '');
});
test.after(() => scratch.remove());

test('a rule for secrets is known by its name', () => {
  const named = (id: string): boolean =>
    isSecret({ id, match: ['a'], action: { do: 'report' }, why: 'a test', source: 'the test' });
  assert.ok(named('common/secret-keys') && named('user/secret'));
  assert.not(named('common/credential-secret'));
  assert.not(named('common/secretary') || named('secret/x'));
});

test('secrets come before other kinds of warnings, each with its path', () => {
  const warnings = ['b', 'secret', 'a', 'secret'].map((code, n) => ({ code, path: `p${n}`, message: 'm' }));
  assert.equal(plainLines([indented(...warningLines(warnings, 0))]), [
    '  warning secret: 2',
    '    p1: m',
    '    p3: m',
    '  warning a: 1',
    '    p2: m',
    '  warning b: 1',
    '    p0: m',
  ]);
});

test('check and pack name every secret, and with --quiet nothing else', async () => {
  const output = scratch.in('out.cpio');
  for (const argv of [
    ['check', tree],
    ['pack', tree, '-o', output],
  ]) {
    const { stdout } = await run(argv);
    assert.match(stdout, /warning secret: 2\n {4}root\/\.netrc: .*\n {4}root\/\.ssh\/id_ed25519: /);
    assert.match(stdout, /warning rule-report: 1\n {4}boot\/initrd/);
    const quiet = await run([...argv, '--quiet', ...(argv[0] === 'pack' ? ['--force'] : [])]);
    assert.is(quiet.stdout, '');
    assert.match(
      quiet.stderr,
      /^ {2}warning secret: 2\n {4}root\/\.netrc: .*\n {4}root\/\.ssh\/id_ed25519: .*\n$/,
    );
  }
});

/** A small Debian: a package database that claims nothing. */
function debian(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const root = scratch.in(name);
  const all = {
    'var/lib/dpkg/status': 'Package: base\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
    'var/lib/dpkg/info/base.list': '/.\n',
    'etc/os-release': 'ID=debian\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** A file that a real tool made; see ../secrets/samples. */
const sample = (name: string): Buffer => readFileSync(new URL(`../secrets/samples/${name}`, import.meta.url));

async function packed(root: string, ...more: string[]): Promise<string[]> {
  const output = scratch.in('packed.cpio');
  await run(['pack', root, '-o', output, '--force', '--no-manifest', ...more]);
  const { stdout } = await run(['list', output, '--format', 'json']);
  return [...stdout.matchAll(/"path":\s*"([^"]*)"/g)].map(([, path = '']) => path);
}

test('host keys of dropbear go as those of OpenSSH do, wherever they are, and by the same policy', async () => {
  const keys = ['etc/dropbear', 'etc/dropbear/initramfs', 'etc/dropbear-initramfs'].map(
    (directory) => `${directory}/dropbear_ed25519_host_key`,
  );
  const root = debian('dropbear', {
    ...Object.fromEntries(keys.map((path) => [path, sample('dropbear-ed25519')])),
    'usr/sbin/dropbear': '',
    'opt/device/host.bin': sample('dropbear-rsa'),
  });
  assert.equal(
    (await packed(root)).filter((path) => path.endsWith('host_key')),
    [],
  );
  const { stdout } = await run(['check', root]);
  assert.match(stdout, /dropped +3 .*common\/ssh-host-keys/);
  // Without a known name, it is recognized by its content.
  assert.match(stdout, /warning secret: 1\n {4}opt\/device\/host\.bin: Holds a private key\. /);
  assert.match(stdout, /warning first-boot: 1\n {4}usr\/sbin\/dropbear: .*-R/);
  assert.equal(
    (await packed(root, '--policy', 'ssh-host-keys=keep')).filter((path) => path.endsWith('host_key')).sort(),
    keys.sort(),
  );
});

test('no byte of a secret is in what check, pack and explain print', async () => {
  const secret = 'kx7Tz0bQw93Lmm2f';
  const root = debian('no-byte', {
    'etc/dbconfig-common/roundcube.conf': `dbc_dbpass='${secret}'\n`,
    // A line of shadow that lacks a colon, so that the hash is where the day should be.
    'etc/shadow': `root:x:$6$${secret}$${secret.repeat(5)}:0:99999:7:::\n`,
    'etc/ejabberd/ejabberd.pem': sample('pkcs8.pem'),
  });
  const key = sample('pkcs8.pem').toString().split('\n')[1] as string;
  for (const argv of [
    ['check', root, '-vv'],
    ['check', root, '--json'],
    ['pack', root, '-o', scratch.in('no-byte.cpio'), '--force', '-vv'],
    ['rules', 'explain', root, 'etc/dbconfig-common/roundcube.conf'],
    ['rules', 'explain', root, 'etc/shadow'],
    ['rules', 'explain', root, 'etc/ejabberd/ejabberd.pem'],
  ]) {
    const { stdout, stderr } = await run(argv);
    const said = stdout + stderr;
    assert.ok(said.length > 0, argv.join(' '));
    for (const bytes of [secret, key, secret.slice(0, 8), key.slice(0, 16)]) {
      assert.not(said.includes(bytes), `${argv.join(' ')} shows ${bytes}`);
    }
  }
  const { stdout } = await run(['check', root]);
  assert.match(stdout, /roundcube\.conf: A password drawn at installation: preseed it/);
  assert.match(stdout, /ejabberd\.pem: .*\(common\/secret-ejabberd-keys\)/);
});

test('a search is left out by its name, as every rule is', async () => {
  const root = debian('skipped', { 'etc/app.conf': "dbc_dbpass='kx7Tz0bQw93L'\n" });
  assert.match((await run(['check', root])).stdout, /warning secret: 1/);
  assert.not.match((await run(['check', root, '--skip', 'common/secret-contents'])).stdout, /warning/);
});

test('logs and caches of language package managers make no difference', async () => {
  const side = (name: string, stamp: string, random: string, time: string): string =>
    debian(name, {
      [`root/.npm/_logs/${stamp}-debug-0.log`]: '0 verbose cli /usr/bin/node\n',
      'root/.npm/_update-notifier-last-checked': '',
      [`root/.npm/_cacache/index-v5/${random}/47b3`]: `\nabc\t{"key":"k","time":${time}}`,
      'var/lib/gems/3.1.0/extensions/x86_64-linux/3.1.0/foo-1.4.0/gem_make.out': `make sitearchdir=./.gem.${random}\n`,
      'opt/app/package-lock.json': '{}\n',
    });
  const a = side('first', '2023-11-14T22_13_20_123Z', 'a79mlv', '1700000000123');
  const b = side('second', '2023-12-30T01_33_20_456Z', 'x2k9q0', '1703900000456');
  const names = await packed(a);
  assert.is.not((await packed(a, '--skip', '*')).join('\n'), (await packed(b, '--skip', '*')).join('\n'));
  assert.equal(names, await packed(b));
  assert.ok(names.includes('opt/app/package-lock.json'));
  assert.not(names.some((path) => path.includes('_cacache') || path.includes('gem_make')));
});

test('a tree without secrets is quiet with --quiet', async () => {
  const { stdout, stderr } = await run(['check', clean, '--quiet']);
  assert.equal([stdout, stderr], ['', '']);
});

test('in a document they have a code of their own', async () => {
  const { stdout } = await run(['check', tree, '--json']);
  const { warnings } = JSON.parse(stdout) as { warnings: { code: string; path: string }[] };
  assert.equal(
    warnings.filter(({ code }) => code === 'secret').map(({ path }) => path),
    ['root/.netrc', 'root/.ssh/id_ed25519'],
  );
});

test.run();
