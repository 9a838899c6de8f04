import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseDpkgStatus, unfinishedPackages } from '../../src/packages/dpkg.ts';

const test = suite('packages/dpkg-status');

test('an installed package, with its source and size', () => {
  const text = `Package: libc6
Status: install ok installed
Priority: optional
Installed-Size: 13003
Architecture: amd64
Source: glibc (2.36-9+really)
Version: 2.36-9+deb12u14
Description: GNU C Library
 Version: of no package
`;
  assert.equal(parseDpkgStatus(text), [
    {
      type: 'deb',
      name: 'libc6',
      version: '2.36-9+deb12u14',
      architecture: 'amd64',
      source: 'glibc',
      sourceVersion: '2.36-9+really',
      size: 13003 * 1024,
    },
  ]);
});

test('a package is its own source', () => {
  const [found] = parseDpkgStatus('package: bash\nVERSION:5.2\n');
  assert.equal([found?.source, found?.sourceVersion, found?.size], ['bash', '5.2', undefined]);
  const [other] = parseDpkgStatus('Package: bash-doc\nSource: bash\nVersion: 5.2\n');
  assert.equal([other?.source, other?.sourceVersion], ['bash', '5.2']);
});

test('which states count', () => {
  const states = [
    'installed',
    'half-configured',
    'triggers-pending',
    'unpacked',
    'config-files',
    'not-installed',
  ];
  const text = states.map((state) => `Package: ${state}\nStatus: deinstall ok ${state}\n`).join('\n');
  assert.equal(
    parseDpkgStatus(text).map(({ name }) => name),
    states.slice(0, 4),
  );
});

test('packages whose scripts have not all run', () => {
  const states = [
    ...['installed', 'triggers-awaited', 'triggers-pending', 'config-files', 'not-installed'],
    ...['unpacked', 'half-installed', 'half-configured'],
  ];
  const text = states.map((state) => `Package: ${state}\nStatus: install ok ${state}\n`).join('\n');
  assert.equal(unfinishedPackages(text), states.slice(5));
  assert.equal(unfinishedPackages('Package: x\n\nStatus: unpacked\n'), []);
});

test('several empty lines, blanks on them, and paragraphs of something else', () => {
  const text = '\n\nPackage: a\n\n\n \t\nPackage: b\n\nSource: c\n\n';
  assert.equal(
    parseDpkgStatus(text).map(({ name }) => name),
    ['a', 'b'],
  );
  assert.equal(parseDpkgStatus(''), []);
});

test.run();
