import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { validateCyclonedx, validateSpdx } from '../manifest/bill-schemas.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli packages');
const scratch = new Scratch('cli-packages');
const DEBIAN = scratch.in('debian');
const FEDORA = scratch.in('fedora');
const EMPTY = scratch.in('empty');

const STATUS = `Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc
Version: 2.36-9+deb12u7

Package: adduser
Status: install ok installed
Architecture: all
Version: 3.134
`;

function write(tree: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(`${tree}/${path}`), { recursive: true });
    writeFileSync(`${tree}/${path}`, content);
  }
}

before(test, () => {
  write(DEBIAN, {
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    'var/lib/dpkg/status': STATUS,
    'var/lib/dpkg/info/adduser.list': '/.\n/etc\n',
  });
  write(FEDORA, {
    'usr/lib/os-release': 'ID=fedora\nVERSION_ID=40\n',
    'usr/lib/sysimage/rpm/rpmdb.sqlite': capturedDatabase('first-rpmdb.sqlite'),
  });
  mkdirSync(EMPTY);
});
test.after(() => scratch.remove());

async function print(...argv: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(['packages', ...argv]);
  assert.equal([status, stderr], [0, '']);
  return stdout;
}

test('a table, sorted, whatever the order of the database', async () => {
  assert.is(
    await print(DEBIAN),
    `name     version         architecture  source
adduser  3.134           all           adduser
libc6    2.36-9+deb12u7  amd64         glibc
`,
  );
  assert.is(await print(DEBIAN, '--format', 'table'), await print(DEBIAN));
  const both = scratch.in('both');
  write(both, {
    'lib/apk/db/installed': 'P:a\nV:1-r0\nA:x86_64\n',
    'var/lib/dpkg/status.d/x': 'Package: x\nVersion: 1',
  });
  assert.match(await print(both), /^type {2}name .*\napk {3}a .*\ndeb {3}x /);
});

test('--json is --format json, and goes with no other', async () => {
  const json = await print(DEBIAN, '--json');
  assert.is(json, await print(DEBIAN, '--format', 'json'));
  assert.is(json, await print(DEBIAN, '--format', 'json', '--json'));
  assert.is((JSON.parse(json) as { schema: string }).schema, 'stillroot/packages/1');
  const { status, stderr } = await run(['packages', DEBIAN, '--json', '--format', 'spdx']);
  assert.is(status, 2);
  assert.match(stderr, /--format spdx: cannot be combined with --json/);
});

test('package URLs, one a line', async () => {
  assert.is(
    await print(DEBIAN, '--format', 'purl'),
    `pkg:deb/debian/adduser@3.134?arch=all&distro=debian-12
pkg:deb/debian/libc6@2.36-9%2Bdeb12u7?arch=amd64&distro=debian-12
`,
  );
  assert.match(
    await print(FEDORA, '--format', 'purl'),
    /^pkg:rpm\/fedora\/alpha@1\.0-1\?arch=noarch&distro=fedora-40\n/,
  );
});

test('preferences of apt, of a tree with dpkg', async () => {
  assert.match(
    await print(DEBIAN, '--format', 'apt-pins'),
    /\nPackage: libc6:amd64\nPin: version 2\.36-9\+deb12u7\nPin-Priority: 1001\n$/,
  );
  const { status, stdout, stderr } = await run(['packages', FEDORA, '--format', 'apt-pins']);
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, /fedora: has no dpkg packages/);
});

const BILLS = { spdx: validateSpdx, cyclonedx: validateCyclonedx } as const;

for (const [format, validate] of Object.entries(BILLS)) {
  test(`${format}: valid, and its time is the epoch`, async () => {
    for (const tree of [DEBIAN, FEDORA]) {
      assert.ok(validate(JSON.parse(await print(tree, '--format', format))), JSON.stringify(validate.errors));
    }
    const plain = await print(DEBIAN, '--format', format);
    assert.match(plain, /"1970-01-01T00:00:00Z"/);
    const option = await print(DEBIAN, '--format', format, '--source-date-epoch', '1700000000');
    assert.match(option, /"2023-11-14T22:13:20Z"/);
    const env = { SOURCE_DATE_EPOCH: '1700000000' };
    assert.is((await run(['packages', DEBIAN, '--format', format], { env })).stdout, option);
    assert.is(
      (await run(['packages', DEBIAN, '--format', format], { env: { SOURCE_DATE_EPOCH: 'x' } })).status,
      2,
    );
  });

  test(`${format}: the same bytes from a directory at another path, and from an archive of it`, async () => {
    const plain = await print(DEBIAN, '--format', format);
    const copy = scratch.in('elsewhere', 'under', 'another-name');
    const stanzas = STATUS.trimEnd().split('\n\n').toReversed().join('\n\n');
    write(copy, {
      'var/lib/dpkg/info/adduser.list': '/.\n',
      'usr/lib/os-release': readFileSync(`${DEBIAN}/etc/os-release`),
      'var/lib/dpkg/status': `${stanzas}\n`,
    });
    assert.is(await print(copy, '--format', format), plain);
    for (const name of ['a.cpio', 'a.cpio.xz']) {
      if (format === 'spdx') assert.is((await run(['pack', DEBIAN, '-o', scratch.in(name), '-q'])).status, 0);
      assert.is(await print(scratch.in(name), '--format', format), plain);
    }
  });
}

test('a tree without a database gives an empty list, and says so', async () => {
  const { status, stdout, stderr } = await run(['packages', EMPTY]);
  assert.equal([status, stdout], [0, 'name  version  architecture  source\n']);
  assert.match(stderr, /^stillroot: warning: .*no package database/);
  assert.is((await run(['packages', EMPTY, '-q'])).stderr, '');
});

test('a database that is not read is named', async () => {
  const tree = scratch.in('void');
  write(tree, { 'var/db/xbps/pkgdb-0.38.plist': '' });
  const { stdout, stderr } = await run(['packages', tree, '--format', 'purl']);
  assert.is(stdout, '');
  assert.match(stderr, /the packages of xbps are not listed/);
});

test('a damaged database is an error: no list is better than half of one', async () => {
  const tree = scratch.in('damaged');
  write(tree, {
    'var/lib/dpkg/status.d/x': 'Package: x\nVersion: 1\n',
    'var/lib/rpm/rpmdb.sqlite': 'SQLite format 3\0 and no more',
  });
  const { status, stdout, stderr } = await run(['packages', tree, '--format', 'spdx']);
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, /rpmdb\.sqlite: byte /);
});

test('names are printed so that a terminal takes no orders from them', async () => {
  const tree = scratch.in('hostile');
  write(tree, {
    'etc/os-release': 'ID="deb\x1b[2J"\n',
    'var/lib/dpkg/status.d/x': 'Package: x\x1b[31m\nVersion: 1\x07\nArchitecture: \xff\n',
  });
  for (const format of ['table', 'json', 'purl', 'spdx', 'cyclonedx']) {
    assert.not.match(await print(tree, '--format', format), /[\x00-\x09\x0b-\x1f\x7f-\x9f]/, format);
  }
  const { status, stderr } = await run(['packages', tree, '--format', 'apt-pins']);
  assert.is(status, 2);
  assert.not.match(stderr.trimEnd(), /[\x00-\x1f]/);
});

test('words it does not know', async () => {
  assert.match((await run(['packages', DEBIAN, '--format', 'spxd'])).stderr, /--format|format/);
  assert.is((await run(['packages', DEBIAN, '--format', 'spxd'])).status, 2);
  assert.is((await run(['packages', scratch.in('none')])).status, 2);
  assert.is((await run(['packages'])).status, 2);
});

test('a package database without a reader is named', async () => {
  const root = scratch.in('slackware');
  mkdirSync(`${root}/var/log/packages`, { recursive: true });
  writeFileSync(`${root}/var/log/packages/foo-1.0-x86_64-1`, 'PACKAGE NAME: foo\n');
  const { stderr } = await run(['packages', root]);
  assert.match(
    stderr,
    'the packages of Slackware (var/log/packages) are not listed: stillroot does not read',
  );
  assert.not.match(stderr, 'has no package database');
});

test.run();
