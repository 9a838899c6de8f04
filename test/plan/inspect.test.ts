import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readSlice } from '../../fixtures/read-slice.ts';
import { DATABASE_TEXT_MAX } from '../../src/packages/read-database.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';
import { specSource } from '../support/spec-source.ts';

const test = suite('inspect');

test('a Debian tree is known by its files, and so is who owns what', () => {
  const { detection, ownership } = inspect(specSource(readSlice('first')));
  assert.is(detection.distro, 'debian');
  assert.ok(detection.managers.includes('dpkg'));
  assert.equal(detection.layers.slice(0, 2), ['common', 'dpkg']);
  assert.is(ownership?.owns('no/such/path'), false);
});

test('a database that an image moved is found, and owns what was moved with it', () => {
  const { detection, ownership } = inspect(
    memorySource([
      ['usr/lib/sysimage/lib/pacman/local/a-1-1/desc', '%NAME%\na\n\n%VERSION%\n1-1\n\n'],
      ['usr/lib/sysimage/lib/pacman/local/a-1-1/files', '%FILES%\netc/\netc/a.conf\n'],
      ['usr/etc/a.conf', 'x'],
      ['usr/etc/b.conf', 'x'],
    ]),
  );
  assert.equal(detection.managers, ['pacman']);
  assert.equal(ownership?.ownersOf('usr/etc/a.conf'), ['a']);
  assert.is(ownership?.owns('usr/etc/a.conf'), true);
  assert.is(ownership?.owns('usr/etc/b.conf'), false);
  const dpkg = inspect(
    memorySource([
      ['usr/share/dpkg/database/info/a.list', '/.\n/etc/a.conf\n'],
      ['usr/share/dpkg/database/status', 'Package: a\nStatus: install ok installed\nVersion: 1\n'],
    ]),
  );
  assert.equal(dpkg.detection.managers, ['dpkg']);
  assert.is(dpkg.ownership?.owns('usr/etc/a.conf'), true);
});

test('packages that wait for their second stage are named', () => {
  const tree = (state: string): ReturnType<typeof inspect> =>
    inspect(
      memorySource([
        ['var/lib/dpkg/info/a.list', '/.\n'],
        ['var/lib/dpkg/status', `Package: a\nStatus: install ok ${state}\nVersion: 1\n`],
      ]),
    );
  assert.equal(tree('installed').warnings, []);
  const [warning, ...more] = tree('unpacked').warnings;
  assert.equal(
    [warning?.code, warning?.path, more.length],
    ['packages-unfinished', 'var/lib/dpkg/status', 0],
  );
  assert.match(
    warning?.message ?? '',
    /^1 package is unpacked but not configured \(a\): run `dpkg --configure -a`/,
  );
});

test('a name of a distribution goes before what the tree says', () => {
  assert.is(inspect(specSource(readSlice('first')), 'ubuntu').detection.distro, 'ubuntu');
});

test('a tree without any sign is unknown, and nobody owns anything', () => {
  const { detection, ownership } = inspect(memorySource([['etc/x', 'y']]));
  assert.is(detection.distro, 'unknown');
  assert.equal(detection.layers, ['common']);
  assert.is(ownership, undefined);
});

test('os-release is read through symlinks, inside the tree', () => {
  const source = memorySource([
    ['usr/lib/os-release', 'ID=debian\n'],
    symlink('etc/os-release', '/usr/lib/os-release'),
  ]);
  assert.is(inspect(source).detection.distro, 'debian');
});

test('packages of several managers in one tree own together', () => {
  const { ownership, warnings } = inspect(
    memorySource([
      ['var/lib/dpkg/status', 'Package: bash\nVersion: 1\n'],
      ['var/lib/dpkg/info/bash.list', '/etc/both\n/etc/deb\n'],
      ['lib/apk/db/installed', 'P:busybox\nF:etc\nR:both\nR:apk\n'],
    ]),
  );
  assert.equal(
    ['etc/deb', 'etc/apk', 'etc/both', 'etc/none'].map((path) => ownership?.owns(path)),
    [true, true, true, false],
  );
  assert.equal(ownership?.ownersOf('etc/both'), ['bash', 'busybox']);
  assert.equal(warnings, []);
});

test('a damaged database is told, and then nobody knows who owns what', () => {
  const { ownership, warnings } = inspect(
    memorySource([
      ['var/lib/dpkg/status', 'Package: bash\nVersion: 1\n'],
      ['var/lib/dpkg/info/bash.list', '/etc/deb\n'],
      ['var/lib/rpm/rpmdb.sqlite', 'x'.repeat(4096)],
    ]),
  );
  assert.is(ownership, undefined);
  assert.equal(
    warnings.map(({ code }) => code),
    ['package-database'],
  );
  assert.match(warnings[0]?.message ?? '', /rpmdb\.sqlite: byte 0: found .* wanted SQLite format 3/);
});

const HOLES = 10 * 1024 ** 3;

test('an os-release of ten gigabytes is told, and the distribution is unknown', () => {
  const source = memorySource([makeEntry('etc/os-release', 'file', { size: HOLES })]);
  const { detection, warnings } = inspect(source);
  assert.is(detection.distro, 'unknown');
  assert.equal(source.opened, []);
  assert.equal(
    warnings.map(({ code, path }) => `${code} ${path}`),
    ['os-release etc/os-release'],
  );
  assert.match(warnings[0]?.message ?? '', /has 10737418240 bytes, more than the limit of 1048576/);
});

test('a package database of ten gigabytes is told, whichever file it is, and never read', () => {
  const rest = [['var/lib/dpkg/info/a.list', '/etc/a\n']] as const;
  for (const path of [
    'var/lib/dpkg/info/bash.list',
    'var/lib/dpkg/diversions',
    'var/lib/rpm/rpmdb.sqlite',
    'var/lib/rpm/Packages.db',
    'var/lib/rpm/Packages',
    'var/lib/pacman/local/glibc-2-1/files',
    'lib/apk/db/installed',
  ]) {
    const source = memorySource([...rest, makeEntry(path, 'file', { size: HOLES })]);
    const { ownership, warnings } = inspect(source);
    assert.is(ownership, undefined, path);
    assert.not.ok(source.opened.includes(path), path);
    assert.match(warnings[0]?.message ?? '', `${path}: has 10737418240 bytes, more than the limit of`);
  }
});

test('a dpkg status of ten gigabytes is told; what packages own is in other files', () => {
  const status = 'var/lib/dpkg/status';
  const source = memorySource([
    ['var/lib/dpkg/info/a.list', '/etc/a\n'],
    makeEntry(status, 'file', { size: HOLES }),
  ]);
  const { ownership, warnings } = inspect(source);
  assert.is(ownership?.owns('etc/a'), true);
  assert.not.ok(source.opened.includes(status));
  assert.equal(
    warnings.map(({ code, path }) => `${code} ${path}`),
    [`package-database ${status}`],
  );
});

test('a database in text has a lower limit than one in pages', () => {
  const list = 'var/lib/dpkg/info/bash.list';
  const source = memorySource([
    ['var/lib/dpkg/status', 'Package: bash\n'],
    makeEntry(list, 'file', { size: DATABASE_TEXT_MAX + 1 }),
  ]);
  assert.match(
    inspect(source).warnings[0]?.message ?? '',
    /has 33554433 bytes, more than the limit of 33554432/,
  );
  const largest = memorySource([
    ['var/lib/dpkg/status', 'Package: bash\n'],
    makeEntry(list, 'file', { size: DATABASE_TEXT_MAX }),
  ]);
  assert.equal(inspect(largest).warnings, []);
});

const MIB = 1024 * 1024;

/** Sizes of databases in pages, none of which actually exist. */
function inspectSizes(sizes: ReadonlyArray<readonly [path: string, size: number]>): {
  readonly read: string[];
  readonly messages: string[];
} {
  const source = memorySource(sizes.map(([path, size]) => makeEntry(path, 'file', { size })));
  const read: string[] = [];
  source.readFile = ({ path }) => {
    read.push(path);
    return Buffer.alloc(0);
  };
  return { read, messages: inspect(source).warnings.map(({ message }) => message) };
}

test('one file of a database has at most 256 MiB', () => {
  const path = 'var/lib/rpm/Packages';
  assert.equal(inspectSizes([[path, 256 * MIB]]).read, [path]);
  const { read, messages } = inspectSizes([[path, 256 * MIB + 1]]);
  assert.equal(read, []);
  assert.match(messages[0] ?? '', /has 268435457 bytes, more than the limit of 268435456/);
});

test('all files of all databases together have at most 1 GiB', () => {
  const packages = ['a', 'b', 'c', 'd'].map((name) => `var/lib/pacman/local/${name}-1-1/files`);
  const full = packages.map((path) => [path, 256 * MIB] as const);
  assert.equal(inspectSizes(full).read, packages);
  const { read, messages } = inspectSizes([...full, ['var/lib/pacman/local/e-1-1/files', 1]]);
  assert.equal(read, packages);
  assert.match(messages.join(), /e-1-1\/files: has 1 bytes, more than the limit of 0/);
});

test.run();
