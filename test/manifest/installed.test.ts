import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { SPECS } from '../../fixtures/packages/rpm-specs.ts';
import { installedPackages, softwareOf } from '../../src/manifest/installed.ts';
import { loadPackageDatabases } from '../../src/packages/databases.ts';
import { loadFrom } from '../packages/load.ts';
import { databaseOf, SAMPLES } from './sample-packages.ts';

const test = suite('manifest/installed');

function listed(
  files: Readonly<Record<string, string | Buffer>>,
  format = '{name} {version} {architecture}',
): string[] {
  const all = loadFrom(
    (tree, read) => installedPackages(loadPackageDatabases(tree, read).databases, { id: 'x' }, tree, read),
    files,
  );
  return all.map((each) =>
    format.replace(/\{(\w+)\}/g, (_, key: string) =>
      String((each as unknown as Record<string, unknown>)[key]),
    ),
  );
}

/** What `rpm -qa --qf '%{name} %{evr} %{arch}\n' | sort` prints for the packages of the captured databases. */
const RPM_SAYS = SPECS.map(
  ({ name, epoch, version, release }) =>
    `${name} ${epoch === undefined ? '' : `${epoch}:`}${version}-${release} noarch`,
).sort();

for (const [file, capture] of [
  ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'rpmdb.sqlite'],
  ['usr/lib/sysimage/rpm/Packages.db', 'Packages.db'],
  ['var/lib/rpm/Packages', 'Packages'],
] as const) {
  test(`${capture}: as rpm -qa has it, in whatever order they were installed`, () => {
    for (const run of ['first', 'second']) {
      assert.equal(listed({ [file]: capturedDatabase(`${run}-${capture}`) }), RPM_SAYS);
    }
  });
}

test('dpkg: as dpkg-query -W has it', () => {
  const status = `Package: zlib1g
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: zlib (1:1.2.13.dfsg-1)
Version: 1:1.2.13.dfsg-1+b1

Package: zlib1g
Status: install ok installed
Architecture: i386
Multi-Arch: same
Source: zlib
Version: 1:1.2.13.dfsg-1

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: broken
Status: install reinstreq half-installed
Architecture: all
Version: 2-1
`;
  const files = { 'var/lib/dpkg/status': status, 'var/lib/dpkg/info/zlib1g:amd64.list': '/.\n' };
  // ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}
  assert.equal(listed(files, '{name} {version} {architecture} {source} {sourceVersion}'), [
    'broken 2-1 all broken 2-1',
    'zlib1g 1:1.2.13.dfsg-1 i386 zlib 1:1.2.13.dfsg-1',
    'zlib1g 1:1.2.13.dfsg-1+b1 amd64 zlib 1:1.2.13.dfsg-1',
  ]);
});

test('pacman: as pacman -Q has it', () => {
  const local = 'var/lib/pacman/local';
  const desc = (name: string, version: string): string => `%NAME%\n${name}\n\n%VERSION%\n${version}\n\n`;
  const files = {
    [`${local}/second-lib-2:0.3.r7-2/desc`]: desc('second-lib', '2:0.3.r7-2'),
    [`${local}/first-1.0-1/desc`]: desc('first', '1.0-1'),
  };
  assert.equal(listed(files, '{name} {version}'), ['first 1.0-1', 'second-lib 2:0.3.r7-2']);
});

test('apk: as apk info -v has it', () => {
  const installed = 'P:zlib\nV:1.3.1-r1\nA:x86_64\n\nP:alpine-baselayout\nV:3.6.5-r0\nA:x86_64\n\n';
  assert.equal(listed({ 'lib/apk/db/installed': installed }, '{name}-{version}'), [
    'alpine-baselayout-3.6.5-r0',
    'zlib-1.3.1-r1',
  ]);
});

test('several databases in one tree', () => {
  const files = {
    'lib/apk/db/installed': 'P:a\nV:1-r0\nA:x86_64\n',
    'var/lib/rpm/rpmdb.sqlite': capturedDatabase('first-rpmdb.sqlite'),
  };
  assert.equal(listed(files, '{type} {name}'), ['apk a', 'rpm alpha', 'rpm beta', 'rpm gamma', 'rpm wide']);
});

test('digests of files come from lists of apt that the tree has', () => {
  const files = {
    'var/lib/dpkg/status':
      'Package: a\nVersion: 1\nArchitecture: all\n\nPackage: b\nVersion: 1\nArchitecture: all\n',
    'var/lib/dpkg/info/a.list': '/.\n',
    'var/lib/apt/lists/x_Packages': `Package: a\nVersion: 1\nArchitecture: all\nSHA256: ${'0'.repeat(64)}\n`,
  };
  assert.equal(listed(files, '{name} {fileSha256}'), [`a ${'0'.repeat(64)}`, 'b undefined']);
});

test('the order of a database is left as it is', () => {
  const database = databaseOf(SAMPLES);
  const before = [...SAMPLES];
  loadFrom((tree, read) => installedPackages([database], {}, tree, read), { x: '' });
  assert.equal(database.packages, before);
});

test('software is each package once, and no keys', () => {
  const all = loadFrom(
    (tree, read) => installedPackages([databaseOf([...SAMPLES, ...SAMPLES])], {}, tree, read),
    { x: '' },
  );
  assert.is(all.length, 2 * SAMPLES.length);
  assert.equal(
    softwareOf(all).map(({ name }) => name),
    ['odd\x1b', 'musl', 'libstdc++6', 'libstdc--6', 'beta'],
  );
});

test.run();
