import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readSlice } from '../../fixtures/read-slice.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { symlink } from '../support/entries.ts';
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
    /^1 package is unpacked and not configured \(a\): run `dpkg --configure -a`/,
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

test.run();
