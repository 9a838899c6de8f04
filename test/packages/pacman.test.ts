import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { loadPacman } from '../../src/packages/pacman.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { loadFrom } from './load.ts';

const test = suite('packages/pacman');
const LOCAL = 'var/lib/pacman/local';

const DESC = `%NAME%
gcc-libs

%VERSION%
1:14.2.1+r134-1

%BASE%
gcc

%DESC%
%NAME%

%ARCH%
x86_64

%INSTALLDATE%
1709287200

%SIZE%
129683461

%LICENSE%
GPL-3.0-with-GCC-exception
GFDL-1.3-or-later

`;

test('what a package is', () => {
  const found = loadFrom(loadPacman, { [`${LOCAL}/gcc-libs-1:14.2.1+r134-1/desc`]: DESC });
  assert.equal(found?.packages, [
    {
      type: 'alpm',
      name: 'gcc-libs',
      version: '1:14.2.1+r134-1',
      architecture: 'x86_64',
      source: 'gcc',
      sourceVersion: '1:14.2.1+r134-1',
      size: 129683461,
      license: 'GPL-3.0-with-GCC-exception AND GFDL-1.3-or-later',
    },
  ]);
});

test('what it claims: relative paths, directories with a slash, by name without version', () => {
  const files = '%FILES%\netc/\netc/x.conf\nlib/x/y.so\n\n%BACKUP%\netc/x.conf\t0123\n';
  const found = loadFrom(
    loadPacman,
    { [`${LOCAL}/a-b-1.0-1/files`]: files, [`${LOCAL}/ALPM_DB_VERSION`]: '9\n' },
    [symlink('lib', 'usr/lib')],
  );
  assert.equal(found?.ownersOf('etc'), ['a-b']);
  assert.equal(found?.ownersOf('usr/lib/x/y.so'), ['a-b']);
  for (const path of ['lib/x/y.so', 'etc/x.conf\t0123', 'usr']) assert.not.ok(found?.owns(path), path);
  assert.equal(found?.packages, []);
});

test('files elsewhere below the database say nothing', () => {
  const found = loadFrom(loadPacman, {
    [`${LOCAL}/desc`]: DESC,
    [`${LOCAL}/a-1-1/sub/desc`]: DESC,
    [`${LOCAL}/a-1-1/mtree`]: '\x1f\x8b',
  });
  assert.equal(found?.packages, []);
});

test('no database', () => {
  assert.is(loadFrom(loadPacman, { 'var/lib/pacman/sync/core.db': '' }), undefined);
  assert.is(loadFrom(loadPacman, { [LOCAL]: '' }), undefined);
  assert.equal(loadFrom(loadPacman, {}, [makeEntry(LOCAL, 'directory')])?.packages, []);
});

test('a list that cannot be read is an error that names it', () => {
  const tree = { [`${LOCAL}/a-1-1/files`]: '' };
  assert.throws(
    () => loadFrom((each) => loadPacman(each, () => undefined), tree),
    (error: unknown) => error instanceof StillrootError && /a-1-1\/files/.test(error.message),
  );
});

test.run();
