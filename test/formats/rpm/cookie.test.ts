import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../../fixtures/packages/read.ts';
import { cookieHash, rpmCookie } from '../../../src/formats/rpm/cookie.ts';
import { readSqlitePackages } from '../../../src/formats/rpm/sqlite-packages.ts';

const test = suite('formats/rpm/cookie');

test('the cookie that rpm gave to dnf5', () => {
  for (const run of ['first', 'second']) {
    const packages = readSqlitePackages(capturedDatabase(`${run}-dnf5-rpmdb.sqlite`), Buffer.alloc(0));
    assert.ok(capturedDatabase(`${run}-system.toml`).includes(`"${rpmCookie(packages, 'sha256')}"`));
  }
});

test('of no packages it is the digest of nothing', () => {
  assert.is(rpmCookie([], 'sha1'), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
});

test('which digest a cookie is', () => {
  assert.equal(['a'.repeat(40), 'a'.repeat(64), 'a'.repeat(63), 'g'.repeat(64), ''].map(cookieHash), [
    'sha1',
    'sha256',
    undefined,
    undefined,
    undefined,
  ]);
});

test.run();
