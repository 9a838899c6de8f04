import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PinnedPackage, pinVersions } from '../../src/bootstrap/pins.ts';
import { checkCommand } from '../../src/bootstrap/placeholders.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('bootstrap/pins');
const DEBS: readonly PinnedPackage[] = [
  { type: 'deb', name: 'adduser', version: '3.134', architecture: 'all' },
  { type: 'deb', name: 'libstdc++6', version: '2:12.2.0-14+b1~x', architecture: 'amd64' },
];
const ALPM: readonly PinnedPackage[] = [
  { type: 'alpm', name: 'base', version: '3-2', architecture: 'any' },
  { type: 'pkg', name: 'zlib-ng', version: '1:2.0-1', architecture: 'x86_64' },
];

function command(text: string): { request: string; command: string } {
  return { request: text, command: text };
}

test('mmdebstrap: preferences that do not stay', () => {
  const pins = pinVersions(command('/opt/mmdebstrap --x bookworm {root}'), DEBS);
  assert.is(pins.pinned, 2);
  assert.match(pins.command, /^\/opt\/mmdebstrap '--setup-hook=cp \{scratch\}\/pins "\$1".*' --x bookworm/);
  assert.match(
    pins.command,
    /'--customize-hook=.* rm "\$1"\/etc\/apt\/preferences\.d\/zz-stillroot && touch/,
  );
  assert.is(checkCommand(pins.command, 'x'), 'root');
  const { pins: text = '' } = pins.files;
  assert.match(text, /^Package: adduser\nPin: version 3\.134\nPin-Priority: 1001$/m);
  assert.match(text, /^Package: libstdc\+\+6:amd64\nPin: version 2:12\.2\.0-14\+b1~x$/m);
});

test('mkosi: preferences in a sandbox tree', () => {
  const pins = pinVersions(command('mkosi -C x build && mv {scratch}/x {root}'), DEBS);
  assert.is(pins.command, 'mkosi --sandbox-tree={scratch}/sandbox -C x build && mv {scratch}/x {root}');
  assert.equal(Object.keys(pins.files), ['sandbox/etc/apt/preferences.d/zz-stillroot']);
  assert.is(pins.pinned, 2);
  assert.is(pinVersions(command('mkosi -C x build {root}'), ALPM).pinned, 0);
});

test('pacstrap: the files of the packages, and what was not asked for as dependencies', () => {
  const recorded = {
    request: 'pacstrap:base config=p.conf',
    command: 'pacstrap -G -M -C p.conf {root} base',
  };
  const pins = pinVersions(recorded, ALPM, { packageArchive: 'https://archive.example/' });
  assert.is(
    pins.command,
    'pacstrap -U -G -M -C p.conf {root} https://archive.example/packages/b/base/base-3-2-any.pkg.tar.zst' +
      ' https://archive.example/packages/z/zlib-ng/zlib-ng-1:2.0-1-x86_64.pkg.tar.zst' +
      ' && pacman --root {root} -D --asdeps --noconfirm --quiet zlib-ng' +
      ' && mkdir -p {root}/var/lib/pacman/sync',
  );
  assert.is(pins.pinned, 2);
  assert.match(pinVersions(recorded, ALPM).note, /--package-archive/);
  const own = { request: 'pacstrap:base', command: 'pacstrap {root} base && evil' };
  const kept = pinVersions(own, ALPM, { packageArchive: 'https://archive.example' });
  assert.is(kept.command, own.command);
  assert.is(kept.pinned, 0);
});

for (const [text, packages, note] of [
  ['debootstrap x {root}', DEBS, /debootstrap installs the newest versions/],
  ['make {root}', DEBS, /cannot pin package versions for make/],
  ['$(x) {root}', DEBS, /for this command/],
  ['toString {root}', DEBS, /for toString/],
  ['mmdebstrap x {root}', [], /lists no packages$/],
  ['mmdebstrap x {root}', ALPM, /no dpkg packages/],
] as const) {
  test(`not pinned: ${text}, ${packages.length} packages`, () => {
    const pins = pinVersions(command(text), packages);
    assert.is(pins.command, text);
    assert.is(pins.pinned, 0);
    assert.equal(pins.files, {});
    assert.match(pins.note, note);
  });
}

test('names that would mean other packages are refused', async () => {
  for (const bad of ['*', 'a b', '/x/', 'a\nPin: origin ""', '']) {
    const packages = [{ ...(DEBS[0] as PinnedPackage), name: bad }];
    await rejects(() => pinVersions(command('mmdebstrap x {root}'), packages), 'source-unreadable');
  }
  const recorded = { request: 'pacstrap:base', command: 'pacstrap -G -M {root} base' };
  for (const [name, version] of [
    ['../x', '1-1'],
    ['-x', '1-1'],
    ['x', '../1-1'],
    ['x;y', '1-1'],
  ] as const) {
    const packages = [{ type: 'alpm', name, version, architecture: 'any' }];
    await rejects(
      () => pinVersions(recorded, packages, { packageArchive: 'https://a.example' }),
      'source-unreadable',
    );
  }
});

test.run();
