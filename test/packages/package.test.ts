import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareBytes, comparePackages, type Package } from '../../src/packages/package.ts';

const test = suite('packages/package');

test('by bytes, not by a locale', () => {
  assert.equal(['b', '\xe9', 'B', 'a-b', 'a', 'a.b'].sort(compareBytes), [
    'B',
    'a',
    'a-b',
    'a.b',
    'b',
    '\xe9',
  ]);
  assert.is(compareBytes('a', 'a'), 0);
});

test('by type, name, version, architecture', () => {
  const texts = [
    'apk b 1 x',
    'deb a 1 amd64',
    'deb a 1 i386',
    'deb a 2 amd64',
    'deb b 0 all',
    'rpm a 1 x86_64',
  ];
  const packages = texts.map((text): Package => {
    const [type, name, version, architecture] = text.split(' ') as [Package['type'], string, string, string];
    return { type, name, version, architecture };
  });
  const sorted = packages.toReversed().sort(comparePackages);
  assert.equal(
    sorted.map((each) => [each.type, each.name, each.version, each.architecture].join(' ')),
    texts,
  );
});

test.run();
