import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { loadDpkg } from '../../src/packages/dpkg.ts';
import type { PackageDatabase } from '../../src/packages/package.ts';
import { treeOf } from '../rules/tables/cases.ts';

const test = suite('packages/dpkg');
const INFO = 'var/lib/dpkg/info';
const STATUS = 'var/lib/dpkg/status';

/** @param files by path, content as a byte string; @param others further entries of the tree */
function load(
  files: Readonly<Record<string, string>>,
  others: readonly string[] = [],
): PackageDatabase | undefined {
  const tree = treeOf([...Object.keys(files), ...others]);
  return loadDpkg(tree, (path) => {
    const content = files[path];
    return content === undefined ? undefined : Buffer.from(content, 'latin1');
  });
}

function ownedOf(ownership: PackageDatabase | undefined, ...paths: string[]): string[] {
  assert.ok(ownership, 'a database was found');
  return paths.filter((path) => ownership.owns(path));
}

test('files, directories and symlinks of all lists', () => {
  const found = load({
    [STATUS]: '',
    [`${INFO}/bash.list`]: '/.\n/etc\n/etc/bash.bashrc\n/usr\n/usr/bin\n/usr/bin/bash\n',
    [`${INFO}/libc6:amd64.list`]: '/.\n/usr\n/usr/lib\n/usr/lib/libc.so.6\n',
    [`${INFO}/libc6:i386.list`]: '/usr/lib/i386/libc.so.6',
    [`${INFO}/bash.md5sums`]: '00000000000000000000000000000000  usr/bin/not-listed\n',
    [`${INFO}/bash.postinst`]: '/usr/bin/script\n',
  });
  assert.equal(found?.ownersOf('usr'), ['bash', 'libc6:amd64']);
  assert.equal(found?.ownersOf('usr/lib/i386/libc.so.6'), ['libc6:i386']);
  assert.equal(found?.ownersOf('usr/bin/script'), []);
  const paths = ['etc', 'etc/bash.bashrc', 'usr/bin/bash', 'usr/lib/libc.so.6', 'usr/lib/i386/libc.so.6'];
  assert.equal(ownedOf(found, ...paths), paths);
  const strangers = ['', '.', 'var', 'usr/bin', 'usr/bin/not-listed', 'usr/bin/script', 'usr/bin/bas'];
  assert.equal(ownedOf(found, ...strangers), ['usr/bin']);
});

test('conffiles count, those that a release removed do not', () => {
  const found = load({
    [STATUS]: '',
    [`${INFO}/x.list`]: '/.\n',
    [`${INFO}/x.conffiles`]: '/etc/x.conf\nremove-on-upgrade /etc/x.old\n',
  });
  assert.equal(ownedOf(found, 'etc/x.conf', 'etc/x.old', 'remove-on-upgrade /etc/x.old'), ['etc/x.conf']);
  assert.equal(found?.ownersOf('etc/x.conf'), ['x']);
});

test('a merged tree: lists that say /lib and /bin mean usr/lib and usr/bin', () => {
  const links = [
    'lib -> usr/lib',
    'bin -> usr/bin',
    'usr/lib/x/y.so',
    'usr/bin/sh',
    'var/run -> /run',
    'run/',
  ];
  const list = '/lib\n/lib/x\n/lib/x/y.so\n/bin/sh\n/var/run/x\n/lib/missing/z\n';
  const found = load({ [STATUS]: '', [`${INFO}/x.list`]: list }, links);
  const paths = ['lib', 'usr/lib/x', 'usr/lib/x/y.so', 'usr/bin/sh', 'run/x', 'usr/lib/missing/z'];
  assert.equal(ownedOf(found, ...paths), paths);
  assert.equal(ownedOf(found, 'usr/lib', 'lib/x', 'bin/sh', 'usr/bin'), []);
});

test('the last component is not followed: a link belongs to its package, what it leads to does not', () => {
  const found = load({ [STATUS]: '', [`${INFO}/x.list`]: '/etc/x\n' }, ['etc/x -> ../srv/x', 'srv/x']);
  assert.equal(ownedOf(found, 'etc/x', 'srv/x'), ['etc/x']);
});

test('a loop of links among the parents does no harm', () => {
  const found = load({ [STATUS]: '', [`${INFO}/x.list`]: '/a/x\n/b/y\n' }, ['a -> b', 'b -> a']);
  assert.equal(ownedOf(found, 'a/x', 'b/y'), ['a/x', 'b/y']);
});

test('names that are not UTF-8, with spaces, and with a carriage return', () => {
  const found = load({ [STATUS]: '', [`${INFO}/x.list`]: '/usr/f\xff\xe9\n/usr/a b \n/usr/c\r\n' });
  const paths = ['usr/f\xff\xe9', 'usr/a b ', 'usr/c\r'];
  assert.equal(ownedOf(found, ...paths, 'usr/c', 'usr/a b'), paths);
});

test('diversions', () => {
  const found = load(
    {
      [STATUS]: '',
      'var/lib/dpkg/diversions': '/bin/sh\n/bin/sh.distrib\ndash\n/usr/bin/local\n/usr/bin/local.real\n:\n',
      [`${INFO}/bash.list`]: '/bin/sh\n/usr/bin/local\n',
      [`${INFO}/other:arm64.list`]: '/bin/other\n',
    },
    ['bin -> usr/bin', 'usr/bin/'],
  );
  assert.equal(ownedOf(found, 'usr/bin/sh', 'usr/bin/sh.distrib', 'usr/bin/local', 'usr/bin/local.real'), [
    'usr/bin/sh.distrib',
    'usr/bin/local.real',
  ]);
});

test('the package that diverts is known without its architecture', () => {
  const found = load({
    [STATUS]: '',
    'var/lib/dpkg/diversions': '/bin/sh\n/bin/sh.distrib\ndash\n',
    [`${INFO}/dash:amd64.list`]: '/bin/sh\n',
  });
  assert.equal(ownedOf(found, 'bin/sh', 'bin/sh.distrib'), ['bin/sh']);
});

test('distroless images: md5sums name the files, the directories above are claimed too', () => {
  const found = load({
    'var/lib/dpkg/status.d/base': 'Package: base-files\n',
    'var/lib/dpkg/status.d/base.md5sums': `${'0'.repeat(32)}  etc/debian_version\n${'f'.repeat(32)}  usr/share/a b\n`,
    'var/lib/dpkg/status.d/tzdata': 'Package: tzdata\n',
  });
  assert.equal(
    found?.packages.map(({ name }) => name),
    ['base-files', 'tzdata'],
  );
  assert.equal(found?.ownersOf('etc'), ['base']);
  const paths = ['etc', 'etc/debian_version', 'usr', 'usr/share', 'usr/share/a b'];
  assert.equal(ownedOf(found, ...paths, 'usr/share/a', 'var'), paths);
});

test('lines of md5sums that are none are skipped', () => {
  const found = load({
    'var/lib/dpkg/status.d/x': '',
    'var/lib/dpkg/status.d/x.md5sums': `nonsense\n\n${'0'.repeat(31)}  a\n${'0'.repeat(32)}  \n`,
  });
  assert.equal(ownedOf(found, 'a', '', 'nonsense'), []);
});

test('a database behind a symlink', () => {
  const found = load(
    { 'usr/lib/sysimage/dpkg/status': '', 'usr/lib/sysimage/dpkg/info/x.list': '/etc/x\n' },
    ['var/lib/dpkg -> ../../usr/lib/sysimage/dpkg'],
  );
  assert.equal(ownedOf(found, 'etc/x'), ['etc/x']);
});

test('no database, or only its directories: undefined', () => {
  assert.is(load({ 'etc/passwd': '' }), undefined);
  assert.is(load({}, [`${INFO}/`, 'var/lib/dpkg/updates/']), undefined);
  assert.is(load({ 'var/lib/dpkg': '' }), undefined);
});

test('an empty database claims nothing, and is one', () => {
  const found = load({ [STATUS]: '' });
  assert.equal(found?.packages, []);
  assert.equal(ownedOf(found, 'etc', ''), []);
});

test('a list that cannot be read is an error that names it', () => {
  try {
    load({ [STATUS]: '' }, [`${INFO}/broken.list`]);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, StillrootError);
    assert.is((error as StillrootError).code, 'source-unreadable');
    assert.match((error as StillrootError).message, 'var/lib/dpkg/info/broken.list');
  }
});

test('a directory that is named like a list is none', () => {
  assert.equal(load({ [STATUS]: '' }, [`${INFO}/x.list/`])?.ownersOf('x'), []);
});

test('packages whose lists are all gone: what they own is not known', () => {
  const status = 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n';
  assert.throws(() => load({ [STATUS]: status }), /var\/lib\/dpkg\/status: .*found no file list/);
  assert.throws(() => load({ [STATUS]: status, [`${INFO}/bash.postinst`]: '' }), /no file list/);
  assert.ok(load({ [STATUS]: status, [`${INFO}/bash.list`]: '' }));
});

test('packages come from the status file, and only when they are asked for', () => {
  const status =
    'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\nPackage: gone\nStatus: deinstall ok config-files\n';
  const found = load({ [STATUS]: status, [`${INFO}/bash.list`]: '/bin/bash\n' });
  assert.equal(
    found?.packages.map(({ name, version }) => [name, version]),
    [['bash', '5.2-1']],
  );
  assert.is(found?.packages, found?.packages);
});

test.run();
