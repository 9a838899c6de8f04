/**
 * The programs whose files are rewritten, before and after: they build the same tree at two times, the trees become one
 * archive, and the programs accept the rewritten files as their own.
 */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('rewritten files and their programs');
const scratch = new Scratch('rewrite-tools');
test.after(() => scratch.remove());

const EPOCH = 1_650_000_000;
const TOOLS = ['python3', 'keytool', 'fc-cache', 'gzip', 'zip', 'ar', 'cpio'];
const PASSWORD = ['-storepass', 'changeit'];

function write(root: string, path: string, content: string, mtime: number): string {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  utimesSync(file, mtime, mtime);
  return file;
}

/** A tree as its packages would leave it at this time. */
async function build(name: string, time: number, certificate: string): Promise<string> {
  const root = scratch.in(name);
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC', SOURCE_DATE_EPOCH: undefined };
  // Some database has to show that no package owns the files.
  write(root, 'var/lib/dpkg/status', '', time);

  write(root, 'usr/lib/python3/app.py', 'import module\nprint(module.WORD)\n', time);
  write(root, 'usr/lib/python3/module.py', 'WORD = "still"\n', time - 1);
  const compile = ['-m', 'compileall', '-q', '--invalidation-mode', 'timestamp', '-s', root, '-p', '/'];
  await succeed(['python3', ...compile, join(root, 'usr/lib/python3')], { env });
  await succeed(['python3', '-O', ...compile, join(root, 'usr/lib/python3')], { env });

  mkdirSync(join(root, 'usr/lib/jvm'), { recursive: true });
  mkdirSync(join(root, 'etc/ssl/certs/java'), { recursive: true });
  const store = ['-storetype', 'JKS', '-keystore', join(root, 'etc/ssl/certs/java/cacerts'), ...PASSWORD];
  for (const alias of time % 2 === 0 ? ['one', 'two'] : ['two', 'one']) {
    await succeed(['keytool', '-importcert', '-noprompt', '-alias', alias, '-file', certificate, ...store]);
  }

  const conf =
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>' +
    '<dir>/usr/share/fonts</dir><cachedir>/var/cache/fontconfig</cachedir></fontconfig>\n';
  write(root, 'etc/fonts/fonts.conf', conf, time);
  mkdirSync(join(root, 'usr/share/fonts/truetype'), { recursive: true });
  mkdirSync(join(root, 'var/cache/fontconfig'), { recursive: true });
  utimesSync(join(root, 'usr/share/fonts/truetype'), time + 0.25, time + 0.25);
  utimesSync(join(root, 'usr/share/fonts'), time + 0.125, time + 0.125);
  await succeed(['fc-cache', '-y', root, '-f'], {
    env: { ...env, FONTCONFIG_FILE: '/etc/fonts/fonts.conf' },
  });

  write(root, 'usr/share/x/page', 'text\n', time);
  await succeed(['gzip', '-N', 'page'], { cwd: join(root, 'usr/share/x'), env });
  write(root, 'usr/share/x/member', 'text\n', time);
  await succeed(['zip', '-q', 'made.zip', 'member'], { cwd: join(root, 'usr/share/x'), env });
  await succeed(['ar', 'qcU', join(root, 'usr/lib/libmade.a'), join(root, 'usr/share/x/member')], { env });
  return root;
}

async function digestOf(root: string, output: string, epoch: number): Promise<string> {
  const options = ['--source-date-epoch', String(epoch), '--policy', 'python-bytecode=rewrite'];
  const report = await pack(root, output, options);
  assert.equal(
    report.warnings.filter(({ code }) => code === 'not-rewritten'),
    [],
  );
  return report.digests.payload;
}

testWhere(test, missing({ tools: TOOLS }), 'two times, one archive, and no program objects', async () => {
  const issuer = ['-keystore', scratch.in('issuer'), ...PASSWORD, '-alias', 'issuer'];
  await succeed(['keytool', '-genkeypair', '-keyalg', 'EC', '-dname', 'CN=issuer', ...issuer]);
  await succeed(['keytool', '-exportcert', '-file', scratch.in('certificate'), ...issuer]);
  const first = await build('first', 1_700_000_000, scratch.in('certificate'));
  const second = await build('second', 1_700_086_401, scratch.in('certificate'));
  for (const path of [
    'usr/lib/libmade.a',
    'usr/share/x/page.gz',
    'usr/share/x/made.zip',
    'etc/ssl/certs/java/cacerts',
  ]) {
    const differs = !readFileSync(join(first, path)).equals(readFileSync(join(second, path)));
    assert.ok(differs, `${path} differs before`);
  }
  const archive = scratch.in('first.cpio');
  assert.is(await digestOf(first, archive, EPOCH), await digestOf(second, scratch.in('second.cpio'), EPOCH));

  const root = scratch.in('unpacked');
  mkdirSync(root);
  await succeed(['cpio', '-idm', '--quiet'], { cwd: root, input: readFileSync(archive) });

  // Nothing that was rewritten is rewritten again.
  const again = await pack(root, scratch.in('again.cpio'), [
    '--source-date-epoch',
    String(EPOCH),
    '--policy',
    'python-bytecode=rewrite',
  ]);
  assert.equal(
    again.changes.filter(({ rule }) => !rule.startsWith('normalize/')).map(({ rule }) => rule),
    [],
  );

  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  for (const optimize of [[], ['-O']]) {
    const program = join(root, 'usr/lib/python3/app.py');
    const { stdout, stderr } = await runCommand(['python3', ...optimize, '-v', program], { env });
    assert.is(stdout.toString(), 'still\n');
    assert.match(stderr, /module\.[^ ]*\.pyc matches /);
    // Those of the host's own modules may well be.
    assert.not.match(stderr, /bytecode is stale for '(module|__main__)'/);
  }

  const keystore = ['-keystore', join(root, 'etc/ssl/certs/java/cacerts'), ...PASSWORD];
  const listing = await succeed(['keytool', '-J-Duser.timezone=UTC', '-list', ...keystore]);
  assert.match(listing, /^one, Apr 15, 2022, trustedCertEntry/m);
  assert.match(listing, /^two, Apr 15, 2022, trustedCertEntry/m);

  // GNU cpio leaves a directory with the time at which it filled it; the kernel does not.
  const fonts = join(root, 'usr/share/fonts');
  utimesSync(fonts, EPOCH, EPOCH);
  // Named after the MD5 of /usr/share/fonts, the architecture and the version.
  const caches = readdirSync(join(root, 'var/cache/fontconfig'));
  const name = caches.find((file) => file.startsWith('3830d5c3ddfd5cd38a049b759396e72e-')) as string;
  const cache = join(root, 'var/cache/fontconfig', name);
  const before = readFileSync(cache);
  const fontEnv = { ...process.env, FONTCONFIG_FILE: '/etc/fonts/fonts.conf' };
  await succeed(['fc-cache', '-y', root], { env: fontEnv });
  assert.equal(readFileSync(cache), before, 'not made again');
  utimesSync(fonts, EPOCH + 1, EPOCH + 1);
  await succeed(['fc-cache', '-y', root], { env: fontEnv });
  assert.not.equal(readFileSync(cache), before, 'made again for another time');

  await succeed(['gzip', '-t', join(root, 'usr/share/x/page.gz')]);
  await succeed(['zip', '-T', '-q', join(root, 'usr/share/x/made.zip')]);
  assert.match(
    await succeed(['ar', 'tvO', join(root, 'usr/lib/libmade.a')], { env: { ...env, TZ: 'UTC' } }),
    /^rw-r--r-- 0\/0 .* Apr 15 05:20 2022 member/,
  );
});

test.run();
