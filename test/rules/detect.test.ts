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
  assert.equal(withRelease('ID=slackware\nID_LIKE=none', []).layers, ['common']);
});

test('Fedora and the RHEL family, with or without the parents that os-release names', () => {
  const rpm = ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'usr/lib/sysimage/libdnf5/system.toml'];
  assert.equal(withRelease('ID=fedora', rpm).layers, ['common', 'rpm', 'dnf', 'fedora']);
  for (const text of [
    'ID=rhel\nID_LIKE=fedora',
    'ID=centos\nID_LIKE="rhel fedora"',
    'ID=almalinux\nID_LIKE="rhel centos fedora"',
    'ID=rocky\nID_LIKE="rhel centos fedora"',
    'ID=ol\nID_LIKE=fedora',
    'ID=centos',
    'ID=rhel',
  ]) {
    assert.equal(withRelease(text, rpm).layers, ['common', 'rpm', 'dnf', 'fedora', 'rhel'], text);
  }
  assert.equal(withRelease('ID=amzn\nID_LIKE=fedora', rpm).layers, ['common', 'rpm', 'dnf', 'fedora']);
});

test('openSUSE and SUSE Linux Enterprise have one layer', () => {
  const rpm = ['usr/lib/sysimage/rpm/Packages.db', 'var/lib/zypp/AutoInstalled'];
  for (const text of [
    'ID=opensuse-leap\nID_LIKE="suse opensuse"',
    'ID=opensuse-tumbleweed\nID_LIKE="opensuse suse"',
    'ID=sles\nID_LIKE=suse',
    'ID=sles',
    'ID=derivative\nID_LIKE=opensuse-tumbleweed',
  ]) {
    assert.equal(withRelease(text, rpm).layers, ['common', 'rpm', 'zypp', 'opensuse'], text);
  }
});

test('Arch, Alpine and Void, and what derives from them', () => {
  const layersOf = (text: string, path: string): readonly string[] => withRelease(text, [path]).layers;
  assert.equal(layersOf('ID=arch', 'var/lib/pacman/local/'), ['common', 'pacman', 'arch']);
  assert.equal(layersOf('ID=manjaro\nID_LIKE=arch', 'var/lib/pacman/local/'), ['common', 'pacman', 'arch']);
  assert.equal(layersOf('ID=alpine', 'lib/apk/db/installed'), ['common', 'apk', 'alpine']);
  assert.equal(layersOf('ID=postmarketos\nID_LIKE=alpine', 'lib/apk/db/installed'), [
    'common',
    'apk',
    'alpine',
  ]);
  assert.equal(layersOf('ID=wolfi', 'usr/lib/apk/db/installed'), ['common', 'apk']);
  assert.equal(layersOf('ID=void', 'var/db/xbps/pkgdb-0.38.plist'), ['common', 'xbps', 'void']);
  assert.equal(layersOf('ID=gentoo', 'var/db/pkg/a/b/CONTENTS'), ['common', 'portage']);
});

test('programs that fetch packages have layers where they left state, and are no package managers', () => {
  const found = (...paths: string[]): Detection => detectIn(paths, {});
  assert.equal(found('var/lib/dnf/history.sqlite').layers, ['common', 'dnf']);
  assert.equal(found('var/cache/libdnf5/x').layers, ['common', 'dnf']);
  assert.equal(found('etc/zypp/zypp.conf').layers, ['common', 'zypp']);
  assert.equal(found('etc/zypp/zypp.conf').managers, []);
  assert.equal(found('etc/dnf/dnf.conf').layers, ['common']);
});

test('a name that the user gives may be that of a derivative', () => {
  assert.equal(withRelease('ID=debian', [], 'rocky').layers, ['common', 'fedora', 'rhel']);
  assert.equal(withRelease('ID=debian', [], 'opensuse-leap').layers, ['common', 'opensuse']);
});

test('no os-release: the package manager alone', () => {
  assert.equal(detectIn(DPKG, {}), {
    distro: 'unknown',
    like: [],
    managers: ['dpkg'],
    layers: ['common', 'dpkg'],
  });
});

test('a name that every object of this language has is a name like any other', () => {
  for (const id of ['constructor', '__proto__', 'toString']) {
    const found = withRelease(`ID=${id}\nID_LIKE="valueOf"\n`);
    assert.equal([found.distro, found.like, found.layers], [id, ['valueOf'], ['common', 'dpkg']]);
  }
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
  assert.equal(managersOf('var/lib/opkg/status'), ['opkg']);
  assert.equal(managersOf('nix/store/'), ['nix']);
  assert.equal(managersOf('gnu/store/'), ['nix']);
});

test('directories without a database prove nothing', () => {
  assert.equal(detectIn(['var/lib/rpm/', 'var/lib/dpkg/info/', 'var/lib/pacman/'], {}).managers, []);
});

test.run();
