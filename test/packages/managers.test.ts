// A row in the table of package managers is enough for its packages and repositories to be found.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findRepositories } from '../../src/manifest/build-manifest.ts';
import { loadPackageDatabases } from '../../src/packages/databases.ts';
import { MANAGERS, managerOf, type PackageManager } from '../../src/packages/managers.ts';
import { MANAGER_NAMES, PACKAGE_TYPES, type PackageDatabase } from '../../src/packages/package.ts';
import { loadFrom } from './load.ts';

const test = suite('packages/managers');

test('every manager and every type has one row', () => {
  assert.equal(
    MANAGERS.map(({ name }) => name),
    [...MANAGER_NAMES],
  );
  assert.equal(
    MANAGERS.map(({ type }) => type),
    [...PACKAGE_TYPES],
  );
  for (const type of PACKAGE_TYPES) assert.is(managerOf(type).type, type);
});

/** A manager that nobody has: a line a package. */
const MADE_UP: PackageManager = {
  name: 'apk',
  type: 'apk',
  mkosiType: 'apk',
  isCaseless: true,
  hasEpochQualifier: false,
  load: (tree, read): PackageDatabase | undefined => {
    if (tree.get('var/lib/made-up') === undefined) return undefined;
    const names = String(read('var/lib/made-up')).trim().split('\n');
    const packages = names.map((name) => ({ type: 'apk' as const, name, version: '1', architecture: 'all' }));
    return { manager: 'apk', packages, owns: () => false, ownersOf: () => [] };
  },
  inputs: ['var/lib/made-up'],
  wholeDirectories: [],
  repositories: (files) => [{ type: 'apk', url: files.read('etc/made-up') ?? 'none' }],
};

test('a new row is enough', () => {
  const managers = [...MANAGERS, MADE_UP];
  const { databases, damages } = loadFrom((tree, read) => loadPackageDatabases(tree, read, managers), {
    'var/lib/made-up': 'one\ntwo\n',
  });
  assert.equal(damages, []);
  assert.equal(
    databases.flatMap(({ packages }) => packages.map(({ name }) => name)),
    ['one', 'two'],
  );
  const files = {
    read: (path: string) => (path === 'etc/made-up' ? 'made-up://here' : undefined),
    list: () => [],
  };
  assert.equal(findRepositories(files, managers), [{ type: 'apk', url: 'made-up://here' }]);
});

test.run();
