import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { loadPackageDatabases } from '../../src/packages/databases.ts';
import { loadFrom } from './load.ts';

const test = suite('packages/databases');

test('all of a tree', () => {
  const { databases, damages } = loadFrom(loadPackageDatabases, {
    'var/lib/dpkg/status': '',
    'var/lib/rpm/rpmdb.sqlite': capturedDatabase('first-rpmdb.sqlite'),
    'var/lib/pacman/local/a-1-1/files': '%FILES%\netc/a\n',
    'lib/apk/db/installed': 'P:b\nF:etc\nR:b\n',
  });
  assert.equal(
    databases.map(({ manager }) => manager),
    ['dpkg', 'rpm', 'pacman', 'apk'],
  );
  assert.equal(damages, []);
});

test('none', () => {
  assert.equal(loadFrom(loadPackageDatabases, { 'etc/passwd': '' }), { databases: [], damages: [] });
});

test('a file that cannot be read is no damage: the tree is not what was scanned', () => {
  assert.throws(
    () =>
      loadFrom((tree) => loadPackageDatabases(tree, () => undefined), { 'lib/apk/db/installed': 'P:a\n' }),
    /cannot be read/,
  );
});

test.run();
