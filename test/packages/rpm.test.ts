import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { StillrootError } from '../../src/errors.ts';
import { loadPackageDatabases } from '../../src/packages/databases.ts';
import { loadRpm } from '../../src/packages/rpm.ts';
import { symlink } from '../support/entries.ts';
import { loadFrom } from './load.ts';

const test = suite('packages/rpm');

/** The same packages in each of rpm's databases. */
const BACKENDS: readonly (readonly [file: string, capture: string])[] = [
  ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'first-rpmdb.sqlite'],
  ['usr/lib/sysimage/rpm/Packages.db', 'first-Packages.db'],
  ['var/lib/rpm/Packages', 'first-Packages'],
];

for (const [file, capture] of BACKENDS) {
  test(`${capture}: packages and what they claim`, () => {
    const found = loadFrom(loadRpm, { [file]: capturedDatabase(capture) });
    assert.equal(
      found?.packages.map(({ type, name, version, architecture, license }) => [
        type,
        name,
        version,
        architecture,
        license,
      ]),
      [
        ['rpm', 'alpha', '1.0-1', 'noarch', 'MIT'],
        ['rpm', 'beta', '1:2.0~rc1-3', 'noarch', 'MIT'],
        ['rpm', 'gamma', '2.0-3', 'noarch', 'MIT'],
        ['rpm', 'wide', '0.1-1', 'noarch', 'MIT'],
      ],
    );
    assert.is(found?.packages[1]?.source, 'beta-2.0~rc1-3.src.rpm');
    assert.match(found?.packages[0]?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.equal(found?.ownersOf('usr/share/alpha/a.txt'), ['alpha']);
    assert.equal(found?.ownersOf('var/log/alpha.log'), ['alpha'], 'a ghost');
    assert.equal(found?.ownersOf('usr/lib/wide/d0/file-294'), ['wide']);
    assert.ok(found?.owns('usr/share/gamma/caf\xc3\xa9.txt'));
    assert.not.ok(found?.owns('usr/share/alpha'));
  });
}

test('rpm before 4.14 knows a package by SHA-1', () => {
  const bytes = capturedDatabase('first-rpmdb.sqlite').toString('latin1');
  // The index entry of SHA256HEADER, a string (SHA1HEADER is next to it), gets a meaningless tag.
  const older = bytes.replaceAll('\0\0\x01\x11\0\0\0\x06', '\0\0\x7f\x7f\0\0\0\x06');
  assert.is.not(older, bytes);
  const found = loadFrom(loadRpm, { 'var/lib/rpm/rpmdb.sqlite': older });
  for (const { digest } of found?.packages ?? []) assert.match(digest ?? '', /^sha1:[0-9a-f]{40}$/);
  assert.is(found?.packages.length, 4);
});

test('numbers do not matter, but they are the order', () => {
  const found = loadFrom(loadRpm, { 'var/lib/rpm/rpmdb.sqlite': capturedDatabase('second-rpmdb.sqlite') });
  assert.equal(
    found?.packages.map(({ name }) => name),
    ['wide', 'gamma', 'alpha', 'beta'],
  );
});

test('a database behind a link, and one with a log', () => {
  const linked = loadFrom(
    loadRpm,
    { 'usr/lib/sysimage/rpm/rpmdb.sqlite': capturedDatabase('first-rpmdb.sqlite') },
    [symlink('var/lib/rpm', '../../usr/lib/sysimage/rpm')],
  );
  assert.is(linked?.packages.length, 4);
  const logged = loadFrom(loadRpm, {
    'var/lib/rpm/rpmdb.sqlite': capturedDatabase('logged-rpmdb.sqlite'),
    'var/lib/rpm/rpmdb.sqlite-wal': capturedDatabase('logged-rpmdb.sqlite-wal'),
  });
  assert.equal(
    logged?.packages.map(({ name }) => name),
    ['alpha', 'beta', 'wide'],
  );
  assert.not.ok(logged?.owns('usr/share/gamma/caf\xc3\xa9.txt'));
});

test('no database, and an empty file of one', () => {
  assert.is(loadFrom(loadRpm, { 'var/lib/rpm/.rpm.lock': '' }), undefined);
  assert.is(loadFrom(loadRpm, { 'var/lib/rpm/Packages': '' }), undefined);
});

test('a damaged one is an error that names it; loading all of them goes on', () => {
  for (const [file, capture] of BACKENDS) {
    const damaged = capturedDatabase(capture);
    damaged.fill(0xff, 0, 64);
    assert.throws(
      () => loadFrom(loadRpm, { [file]: damaged }),
      (error: unknown) => error instanceof StillrootError && error.message.startsWith(`${file}: byte `),
    );
    const { databases, damages } = loadFrom(loadPackageDatabases, {
      [file]: damaged,
      'var/lib/dpkg/status': 'Package: bash\nVersion: 1\n',
      'var/lib/dpkg/info/bash.list': '/.\n',
    });
    assert.equal(
      databases.map(({ manager }) => manager),
      ['dpkg'],
    );
    assert.is(damages.length, 1);
    assert.match(damages[0] ?? '', file);
  }
});

test.run();
