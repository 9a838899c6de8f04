import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { manifestPackages } from '../../src/manifest/build-manifest.ts';
import type { InstalledPackage } from '../../src/manifest/installed.ts';

const test = suite('manifest/build-packages');

function made(
  type: string,
  name: string,
  version: string,
  fields: Partial<InstalledPackage> = {},
): InstalledPackage {
  return { type, name, version, architecture: 'x', purl: `pkg:${type}/${name}`, ...fields };
}

function names(packages: readonly InstalledPackage[]): string[] {
  return manifestPackages(packages).map(({ name }) => name);
}

test('the five keys of mkosi, with its types', () => {
  const rows = manifestPackages([
    made('alpm', 'a', '1-1'),
    made('apk', 'b', '1-r0'),
    made('deb', 'c', '1', { size: 1024 }),
    made('rpm', 'gpg-pubkey', '18b8e74c-62f2920f', { architecture: '', size: 0 }),
  ]);
  const five = rows.map(({ type, name, version, architecture, size }) => [
    type,
    name,
    version,
    architecture,
    size,
  ]);
  assert.equal(five, [
    ['pkg', 'a', '1-1', 'x', 0],
    ['apk', 'b', '1-r0', 'x', 0],
    ['deb', 'c', '1', 'x', 1024],
    ['rpm', 'gpg-pubkey', '18b8e74c-62f2920f', '', 0],
  ]);
});

test('what else is known, and nothing where it is not', () => {
  const [row] = manifestPackages([
    made('deb', 'b\xffash', '5', {
      ...{ source: 'bash', sourceVersion: '5', license: 'GPL', digest: `sha1:${'a'.repeat(40)}` },
      fileSha256: 'b'.repeat(64),
    }),
  ]);
  assert.equal(row, {
    ...{ type: 'deb', name: 'b\\xffash', version: '5', architecture: 'x', size: 0, purl: 'pkg:deb/b\xffash' },
    ...{
      source: 'bash',
      sourceVersion: '5',
      digest: `sha1:${'a'.repeat(40)}`,
      fileDigest: `sha256:${'b'.repeat(64)}`,
    },
  });
  assert.equal(Object.keys(manifestPackages([made('deb', 'x', '1')])[0] ?? {}), [
    ...['type', 'name', 'version', 'architecture', 'size', 'purl'],
  ]);
});

test('the order of mkosi: lines of dpkg-query by name, of rpm by NEVRA, directories of pacman', () => {
  assert.equal(names(['libc6-dev', 'libc6', 'libc-bin', 'a+'].map((name) => made('deb', name, '1'))), [
    ...['a+', 'libc-bin', 'libc6', 'libc6-dev'],
  ]);
  // foo-3d-1 comes before foo-4-1, which a sort by name has the other way round.
  assert.equal(names([made('rpm', 'foo', '4-1'), made('rpm', 'foo-3d', '1-1'), made('rpm', 'foo+', '1-1')]), [
    ...['foo+', 'foo-3d', 'foo'],
  ]);
  assert.equal(names([made('alpm', 'foo', '4-1'), made('alpm', 'foo-3d', '1-1')]), ['foo-3d', 'foo']);
});

test('the order does not depend on that of the database', () => {
  const packages = [
    made('deb', 'a', '1', { architecture: 'amd64' }),
    made('deb', 'a', '1', { architecture: 'i386' }),
    made('rpm', 'a', '1'),
    made('rpm', 'a', '2'),
  ];
  assert.equal(manifestPackages(packages.toReversed()), manifestPackages(packages));
});

test.run();
