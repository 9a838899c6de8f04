import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { aptPins } from '../../src/manifest/apt-pins.ts';
import type { Package } from '../../src/packages/package.ts';

const test = suite('manifest/apt-pins');

const BASH: Package = { type: 'deb', name: 'bash', version: '5.2.15-2+b13', architecture: 'amd64' };

test('one stanza a package, with its architecture where it has one', () => {
  const all: Package = { ...BASH, name: 'python3.11-doc', version: '1:3.11~rc1-1', architecture: 'all' };
  assert.is(
    aptPins([BASH, all]),
    `Explanation: written by stillroot packages --format apt-pins
Package: bash:amd64
Pin: version 5.2.15-2+b13
Pin-Priority: 1001

Package: python3.11-doc
Pin: version 1:3.11~rc1-1
Pin-Priority: 1001
`,
  );
});

test('packages of other managers are left out', () => {
  assert.not.match(aptPins([BASH, { ...BASH, type: 'rpm', name: 'alpha' }]), /alpha/);
});

test('names and versions that apt would take for patterns are refused', () => {
  const hostile: readonly Partial<Package>[] = [
    { name: '*' },
    { name: '/./' },
    { name: 'src:bash' },
    { name: 'a b' },
    { name: '' },
    { version: '' },
    { version: '/^1/' },
    { version: '1*' },
    { version: '1\nPin-Priority: 1' },
    { architecture: '' },
    { architecture: 'any all' },
    { architecture: '\x1b[0m' },
  ];
  for (const fields of hostile) {
    assert.throws(
      () => aptPins([{ ...BASH, ...fields }]),
      (error: unknown) =>
        error instanceof StillrootError &&
        error.code === 'source-unreadable' &&
        !/[\n\x1b]/.test(error.message),
      JSON.stringify(fields),
    );
  }
});

test.run();
