import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { dnf5RpmdbCookie } from '../../src/rewrite/dnf-rpmdb-cookie.ts';
import { rpmdbSqlite } from '../../src/rewrite/rpm-sqlite.ts';
import { before } from '../support/before.ts';
import { bytesOf, contextWith, rewrittenBytes } from './databases.ts';

const test = suite('rewrite/dnf-rpmdb-cookie');
const PATH = 'usr/lib/sysimage/libdnf5/system.toml';
const DATABASE = 'var/lib/rpm/rpmdb.sqlite';

before(test, () => rpmdbSqlite.prepare?.());

function cookieOf(names: readonly (readonly [string, number])[], hash = 'sha256'): string {
  const digest = createHash(hash);
  for (const [name, number] of names) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(number);
    digest.update(name).update(bytes);
  }
  return digest.digest('hex');
}

const BY_NAME = [
  ['alpha', 1],
  ['beta', 2],
  ['gamma', 3],
  ['wide', 4],
] as const;
/** As the second capture has them. */
const AS_INSTALLED = [
  ['alpha', 4],
  ['beta', 5],
  ['gamma', 3],
  ['wide', 1],
] as const;

function toml(cookie: string): Buffer {
  return Buffer.from(`version = "1.0"\nsystem = {rpmdb_cookie = "${cookie}"}\n`);
}

const second = capturedDatabase('second-rpmdb.sqlite');

test('the cookie that dnf5 itself wrote is the one that the formula gives', () => {
  const system = capturedDatabase('first-system.toml');
  const rpm = capturedDatabase('first-dnf5-rpmdb.sqlite');
  const final = rewrittenBytes(rpmdbSqlite, rpm, contextWith(DATABASE, {}));
  // dnf5 installs by name too, so the numbers stay; a cookie that was not understood would stay as well.
  assert.ok(system.includes(cookieOf(BY_NAME)));
  assert.is(
    dnf5RpmdbCookie.apply(system, contextWith(PATH, { [DATABASE]: [rpm, final] })).outcome,
    'unchanged',
  );
});

test('it follows the numbers of the packages, with the digest of old rpm too', () => {
  const final = rewrittenBytes(rpmdbSqlite, second, contextWith(DATABASE, {}));
  for (const hash of ['sha256', 'sha1']) {
    const context = contextWith(PATH, { [DATABASE]: [second, final] });
    const after = bytesOf(dnf5RpmdbCookie.apply(toml(cookieOf(AS_INSTALLED, hash)), context));
    assert.is(after.toString(), toml(cookieOf(BY_NAME, hash)).toString());
    const again = contextWith(PATH, { [DATABASE]: final });
    assert.is(dnf5RpmdbCookie.apply(after, again).outcome, 'unchanged');
  }
});

test('a cookie that did not match before does not match afterwards', () => {
  const final = rewrittenBytes(rpmdbSqlite, second, contextWith(DATABASE, {}));
  const context = contextWith(PATH, { [DATABASE]: [second, final] });
  for (const cookie of ['0'.repeat(64), 'abc', cookieOf(BY_NAME)]) {
    assert.is(dnf5RpmdbCookie.apply(toml(cookie), context).outcome, 'unchanged');
  }
});

test('a database that nobody rewrites, or that is not there', () => {
  const given = toml(cookieOf(AS_INSTALLED));
  assert.is(dnf5RpmdbCookie.apply(given, contextWith(PATH, { [DATABASE]: second })).outcome, 'unchanged');
  assert.is(dnf5RpmdbCookie.apply(given, contextWith(PATH, {})).outcome, 'unchanged');
});

test('a damaged database is reported', () => {
  const result = dnf5RpmdbCookie.apply(
    toml(cookieOf(AS_INSTALLED)),
    contextWith(PATH, { [DATABASE]: Buffer.alloc(4096, 1) }),
  );
  assert.is(result.outcome, 'malformed');
});

test.run();
