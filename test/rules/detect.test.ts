import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Detection } from '../../src/rules/detect.ts';
import { detect } from '../../src/rules/detect.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { treeOf } from './tables/cases.ts';

const test = suite('rules/detect');
const KNOWN = Object.keys(TABLES);
const DPKG = ['var/lib/dpkg/status'];

function detectIn(
  paths: readonly string[],
  contents: Readonly<Record<string, string>>,
  options: { distro?: string; known?: readonly string[] } = {},
): Detection {
  const { known = KNOWN, ...rest } = options;
  return detect(treeOf(paths), (path) => contents[path], { known, ...rest });
}

function withRelease(text: string, paths: readonly string[] = DPKG, distro?: string): Detection {
  const options = distro === undefined ? {} : { distro };
  return detectIn([...paths, 'usr/lib/os-release'], { 'usr/lib/os-release': text }, options);
}

test('Debian', () => {
  assert.equal(withRelease('ID=debian\nVERSION_ID="12"\n'), {
    distro: 'debian',
    like: [],
    version: '12',
    managers: ['dpkg'],
    layers: ['common', 'dpkg', 'debian'],
  });
});

test('Ubuntu and what derives from it, whether or not Debian is named', () => {
  const layers = ['common', 'dpkg', 'debian', 'ubuntu'];
  for (const text of [
    'ID=ubuntu\nID_LIKE=debian',
    'ID=ubuntu',
    'ID=linuxmint\nID_LIKE="ubuntu debian"',
    'ID=linuxmint\nID_LIKE=ubuntu',
    'ID=pop\nID_LIKE="ubuntu  debian"',
  ]) {
    assert.equal(withRelease(text).layers, layers, text);
  }
});

test('other Debian derivatives', () => {
  for (const id of ['raspbian', 'kali', 'devuan', 'tails']) {
    const found = withRelease(`ID=${id}\nID_LIKE=debian`);
    assert.equal(found.layers, ['common', 'dpkg', 'debian'], id);
    assert.equal(found.like, ['debian']);
  }
});

test('ID_LIKE is read from the far end, the ID comes last', () => {
  const release = { 'usr/lib/os-release': 'ID=d\nID_LIKE="c b a"' };
  const { layers } = detectIn(['usr/lib/os-release'], release, { known: ['a', 'b', 'c', 'd', 'common'] });
  assert.equal(layers, ['common', 'a', 'b', 'c', 'd']);
});

test('only layers that there are', () => {
  assert.equal(withRelease('ID=fedora\nID_LIKE=rhel', []).layers, ['common']);
});

test('no os-release: the package manager alone', () => {
  assert.equal(detectIn(DPKG, {}), {
    distro: 'unknown',
    like: [],
    managers: ['dpkg'],
    layers: ['common', 'dpkg'],
  });
});

test('os-release without an ID, or with an empty one, is plain Linux', () => {
  assert.is(withRelease('NAME=x').distro, 'linux');
  assert.is(withRelease('ID=""').distro, 'linux');
});

test('the name that the user gives wins, and does not inherit what the tree says it is like', () => {
  const found = withRelease('ID=fedora\nID_LIKE=rhel\nVERSION_ID=40', DPKG, 'ubuntu');
  assert.equal(found, {
    distro: 'ubuntu',
    like: ['debian'],
    managers: ['dpkg'],
    layers: ['common', 'dpkg', 'debian', 'ubuntu'],
  });
  assert.is(withRelease('ID=debian\nVERSION_ID=12', DPKG, 'debian').version, '12');
});

test('etc/os-release comes first, is followed inside the tree, and may dangle', () => {
  const contents = { 'etc/os-release': 'ID=ubuntu', 'usr/lib/os-release': 'ID=debian' };
  assert.is(detectIn(['etc/os-release', 'usr/lib/os-release'], contents).distro, 'ubuntu');
  const link = 'etc/os-release -> ../usr/lib/os-release';
  assert.is(detectIn([link, 'usr/lib/os-release'], contents).distro, 'debian');
  const absolute = 'etc/os-release -> /usr/lib/os-release';
  assert.is(detectIn([absolute, 'usr/lib/os-release'], contents).distro, 'debian');
  const dangling = 'etc/os-release -> ../nowhere';
  assert.is(detectIn([dangling, 'usr/lib/os-release'], contents).distro, 'debian');
  assert.is(detectIn(['etc/os-release/', 'usr/lib/os-release'], contents).distro, 'debian');
});

test('package managers by their databases', () => {
  const managersOf = (...paths: string[]): readonly string[] => detectIn(paths, {}).managers;
  assert.equal(managersOf('var/lib/dpkg/status.d/base'), ['dpkg']);
  assert.equal(managersOf('usr/lib/sysimage/rpm/rpmdb.sqlite'), ['rpm']);
  assert.equal(managersOf('var/lib/rpm -> ../../usr/lib/sysimage/rpm', 'usr/lib/sysimage/rpm/Packages.db'), [
    'rpm',
  ]);
  assert.equal(managersOf('var/lib/rpm/Packages'), ['rpm']);
  assert.equal(managersOf('var/lib/pacman/local/ALPM_DB_VERSION'), ['pacman']);
  assert.equal(managersOf('lib/apk/db/installed'), ['apk']);
  assert.equal(managersOf('lib -> usr/lib', 'usr/lib/apk/db/installed'), ['apk']);
  assert.equal(managersOf('var/db/xbps/pkgdb-0.38.plist'), ['xbps']);
  assert.equal(managersOf('var/db/pkg/sys-apps/baselayout-2/CONTENTS'), ['portage']);
  assert.equal(managersOf('var/lib/dpkg/status', 'var/lib/rpm/rpmdb.sqlite'), ['dpkg', 'rpm']);
});

test('directories without a database prove nothing', () => {
  assert.equal(detectIn(['var/lib/rpm/', 'var/lib/dpkg/info/', 'var/lib/pacman/'], {}).managers, []);
});

test.run();
