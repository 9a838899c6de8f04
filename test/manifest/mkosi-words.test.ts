import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { architectureOf, distributionOf, releaseOf } from '../../src/manifest/build-manifest.ts';

const test = suite('manifest/mkosi-words');

/** Of mkosi/config.py, class Architecture: the words that a manifest of mkosi can have. */
const ARCHITECTURES = new Set(
  'alpha arc arm arm64 ia64 loongarch64 mips-le mips64-le parisc ppc ppc64 ppc64-le riscv32 riscv64 s390 s390x tilegx x86 x86-64'.split(
    ' ',
  ),
);

function architecture(...names: string[]): string {
  return architectureOf(names.map((name) => ({ architecture: name })));
}

test('architectures of dpkg, rpm, pacman and apk, in words that mkosi has', () => {
  for (const [name, wanted] of [
    ['amd64', 'x86-64'],
    ['x86_64', 'x86-64'],
    ['i386', 'x86'],
    ['i686', 'x86'],
    ['x86', 'x86'],
    ['arm64', 'arm64'],
    ['aarch64', 'arm64'],
    ['armhf', 'arm'],
    ['armv7h', 'arm'],
    ['ppc64el', 'ppc64-le'],
    ['ppc64le', 'ppc64-le'],
    ['loong64', 'loongarch64'],
    ['mips64el', 'mips64-le'],
    ['riscv64', 'riscv64'],
    ['s390x', 's390x'],
  ] as const) {
    assert.is(architecture(name), wanted, name);
    assert.ok(ARCHITECTURES.has(wanted));
  }
});

test('that of most packages; those for any architecture, and unknown ones, do not count', () => {
  assert.is(architecture('i386', 'amd64', 'amd64', 'all', 'all', 'all'), 'x86-64');
  assert.is(architecture('noarch', 'any', '', 'constructor', '__proto__', 'vax'), '');
  assert.is(architecture(), '');
  assert.is(architecture('amd64', 'i386'), architecture('i386', 'amd64'), 'the order does not matter');
});

test('distributions and releases', () => {
  for (const [fields, distribution, release] of [
    [{ ID: 'debian', VERSION_ID: '12', VERSION_CODENAME: 'bookworm' }, 'debian', 'bookworm'],
    [{ ID: 'debian', VERSION_CODENAME: 'trixie' }, 'debian', 'trixie'],
    [{ ID: 'ubuntu', VERSION_ID: '24.04', VERSION_CODENAME: 'noble' }, 'ubuntu', 'noble'],
    [{ ID: 'fedora', VERSION_ID: '42', VERSION_CODENAME: '' }, 'fedora', '42'],
    [{ ID: 'arch' }, 'arch', 'rolling'],
    [{ ID: 'opensuse-tumbleweed', VERSION_ID: '20240301' }, 'opensuse', 'tumbleweed'],
    [{ ID: 'opensuse-leap', VERSION_ID: '15.6' }, 'opensuse', '15.6'],
    [{ ID: 'almalinux', VERSION_ID: '9.4' }, 'alma', '9.4'],
    [{ ID: 'azurelinux', VERSION_ID: '3.0' }, 'azure', '3.0'],
    [{ ID: 'alpine', VERSION_ID: '3.19.1' }, 'alpine', '3.19.1'],
    [{ ID: 'constructor' }, 'constructor', undefined],
    [{}, 'linux', undefined],
  ] as const) {
    const osRelease = new Map(Object.entries(fields));
    assert.equal([distributionOf(osRelease), releaseOf(osRelease)], [distribution, release], distribution);
  }
});

test.run();
