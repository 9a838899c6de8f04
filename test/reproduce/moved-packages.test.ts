import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ManifestPackage } from '../../src/manifest/manifest.ts';
import { compareManifestPackages } from '../../src/reproduce/moved-packages.ts';

const test = suite('reproduce/moved-packages');

function deb(name: string, version: string, more: Partial<ManifestPackage> = {}): ManifestPackage {
  return { type: 'deb', name, version, architecture: 'amd64', size: 1, purl: 'pkg:deb/x', ...more };
}

test('nothing moved', () => {
  const list = [deb('a', '1'), deb('b', '2')];
  assert.equal(compareManifestPackages(list, list.toReversed()), { same: 2, moved: [] });
  assert.equal(compareManifestPackages([], []), { same: 0, moved: [] });
});

test('another version, one more, one less, in the order of their names', () => {
  const { same, moved } = compareManifestPackages(
    [deb('z', '1'), deb('b', '1'), deb('a', '1')],
    [deb('a', '1'), deb('c', '3'), deb('z', '2')],
  );
  assert.is(same, 1);
  const row = { type: 'deb', architecture: 'amd64' };
  assert.equal(moved, [
    { ...row, name: 'b', wanted: '1', found: null },
    { ...row, name: 'c', wanted: null, found: '3' },
    { ...row, name: 'z', wanted: '1', found: '2' },
  ]);
});

test('architectures and types are packages of their own', () => {
  const { same, moved } = compareManifestPackages(
    [deb('a', '1'), deb('a', '1', { architecture: 'i386' })],
    [deb('a', '1'), deb('a', '1', { type: 'rpm' })],
  );
  assert.is(same, 1);
  assert.equal(
    moved.map(({ type, architecture, wanted, found }) => [type, architecture, wanted, found]),
    [
      ['rpm', 'amd64', null, '1'],
      ['deb', 'i386', '1', null],
    ],
  );
});

test('several versions of one are compared together', () => {
  const kernels = [deb('kernel', '6.1'), deb('kernel', '6.0')];
  assert.equal(compareManifestPackages(kernels, kernels.toReversed()).moved, []);
  const [moved] = compareManifestPackages(kernels, kernels.slice(0, 1)).moved;
  assert.equal([moved?.wanted, moved?.found], ['6.0, 6.1', '6.1']);
});

test('another build of one version', () => {
  const digest = (digit: string): Partial<ManifestPackage> => ({ digest: `sha256:${digit.repeat(64)}` });
  const [moved] = compareManifestPackages([deb('a', '1', digest('0'))], [deb('a', '1', digest('1'))]).moved;
  assert.equal([moved?.wanted, moved?.found], ['1', '1']);
});

test('names of a stranger are no keys of ours', () => {
  const { moved } = compareManifestPackages([deb('__proto__', '1')], [deb('constructor', '1')]);
  assert.equal(
    moved.map(({ name }) => name),
    ['__proto__', 'constructor'],
  );
});

test.run();
