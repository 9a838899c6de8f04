import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ComparedPackage, comparePackageLists } from '../../src/packages/compare-packages.ts';

const test = suite('packages/compare-packages');

function deb(name: string, version: string, more: Partial<ComparedPackage> = {}): ComparedPackage {
  return { type: 'deb', name, version, architecture: 'amd64', ...more };
}

test('a digest makes another package of one version only where it is asked for', () => {
  const a = [deb('a', '1', { digest: 'sha256:1' })];
  const b = [deb('a', '1', { digest: 'sha256:2' })];
  assert.equal(comparePackageLists(a, b, false), { same: 1, changed: [] });
  const row = { type: 'deb', name: 'a', architecture: 'amd64' };
  assert.equal(comparePackageLists(a, b, true), { same: 0, changed: [{ ...row, a: '1', b: '1' }] });
});

test('several versions of one name are compared together, in any order', () => {
  const kernels = [deb('linux', '6.2'), deb('linux', '6.1')];
  assert.is(comparePackageLists(kernels, kernels.toReversed(), true).same, 1);
  assert.equal(
    comparePackageLists(kernels, [deb('linux', '6.2')], true).changed.map(({ a, b }) => [a, b]),
    [['6.1, 6.2', '6.2']],
  );
});

test('changes come by name and architecture, and a side that lacks one has no version', () => {
  const { changed } = comparePackageLists(
    [deb('z', '1'), deb('b', '1', { architecture: 'i386' }), deb('b', '1')],
    [deb('z', '2'), deb('a-b', '1')],
    false,
  );
  assert.equal(
    changed.map(({ name, architecture, a, b }) => [name, architecture, a, b]),
    [
      ['a-b', 'amd64', undefined, '1'],
      ['b', 'amd64', '1', undefined],
      ['b', 'i386', '1', undefined],
      ['z', 'amd64', '1', '2'],
    ],
  );
});

test.run();
