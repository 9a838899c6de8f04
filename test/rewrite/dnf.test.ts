import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { SqliteReader } from '../../src/formats/sqlite.ts';
import { dnf5History, dnf5RpmdbCookie, dnfHistory } from '../../src/rewrite/dnf.ts';
import type { Rewrite } from '../../src/rewrite/rewrite.ts';
import { rpmdbSqlite } from '../../src/rewrite/rpm-sqlite.ts';
import { withImage } from '../../src/rewrite/sqlite-engine.ts';
import { columnsOf, rebuildSchema } from '../../src/rewrite/sqlite-rebuild.ts';
import { before } from '../support/before.ts';
import { bytesOf, contextWith, damagedCopies, EPOCH, rewrittenBytes } from './databases.ts';

const test = suite('dnf');

const NO_LOG = Buffer.alloc(0);

before(test, () => dnfHistory.prepare?.());

const HISTORIES: readonly (readonly [Rewrite, string, string])[] = [
  [dnfHistory, 'var/lib/dnf', 'history.sqlite'],
  [dnf5History, 'usr/lib/sysimage/libdnf5', 'transaction_history.sqlite'],
];

function rows(bytes: Buffer, table: string, wal: Buffer = NO_LOG): (readonly unknown[])[] {
  return [...new SqliteReader(bytes, wal).table(table)].map(({ rowid, values }) => [rowid, ...values]);
}

for (const [rewrite, directory, file] of HISTORIES) {
  const path = `${directory}/${file}`;
  const databases = ['first', 'second'].map((run) => capturedDatabase(`${run}-${file}`));
  const logs = ['first', 'second'].map((run) => capturedDatabase(`${run}-${file}-wal`));
  const contexts = logs.map((log) => contextWith(path, { [`${path}-wal`]: log }));
  const rewriteAll = (): Buffer[] =>
    databases.map((bytes, run) => rewrittenBytes(rewrite, bytes, contexts[run] ?? contextWith(path, {})));

  test(`${file}: one transaction at two times becomes one file, with what is in the log`, () => {
    const [first, second] = rewriteAll() as [Buffer, Buffer];
    assert.ok(first.equals(second));
    assert.not.equal(
      rows(databases[0] as Buffer, 'trans', logs[0]),
      rows(databases[1] as Buffer, 'trans', logs[1]),
    );
    const [transaction] = rows(first, 'trans');
    assert.equal(transaction?.slice(2, 4), [EPOCH, EPOCH]);
    assert.is(rows(first, 'rpm').length, 4);
    assert.is(rewrite.apply(first, contextWith(path, {})).outcome, 'unchanged');
  });

  test(`${file}: the command names no directory of the build`, () => {
    const [first] = rewriteAll();
    const command = rows(first as Buffer, 'trans')[0]?.find((value) => /installroot/.test(String(value)));
    assert.match(String(command), /--installroot=\/ /);
  });

  test(`${file}: rows are numbered by what they hold`, () => {
    const [first] = rewriteAll() as [Buffer];
    const names = new Map(rows(first, 'pkg_name').map(([id, , name]) => [id, name]));
    const packages = rows(first, 'rpm').map(([, item, name]) => [item, names.get(name as number) ?? name]);
    assert.equal(packages, [
      [1, 'alpha'],
      [2, 'beta'],
      [3, 'gamma'],
      [4, 'wide'],
    ]);
    assert.equal(
      rows(first, 'trans_item').map(([id, , transaction, item]) => [id, transaction, item]),
      [1, 2, 3, 4].map((number) => [number, 1, number]),
    );
  });

  test(`${file}: the order in which rows were numbered does not matter`, () => {
    const [first] = rewriteAll() as [Buffer];
    const shuffled = renumbered(first);
    assert.not.ok(shuffled.equals(first));
    assert.ok(rewrittenBytes(rewrite, shuffled, contextWith(path, {})).equals(first));
  });

  test(`${file}: damage is reported or makes no difference, and never fails`, () => {
    const outcomes = new Set<string>();
    const [whole] = rewriteAll() as [Buffer];
    for (const bytes of damagedCopies(whole, 40))
      outcomes.add(rewrite.apply(bytes, contextWith(path, {})).outcome);
    assert.ok(outcomes.has('malformed'));
  });
}

/** The same history, from the last package to the first. */
function renumbered(history: Buffer): Buffer {
  return withImage(history, ({ database, export: bytes }) => {
    rebuildSchema(database, (table) => {
      const columns = columnsOf(database, table).map((column) => {
        const isItem =
          column === 'item_id' || ((table === 'item' || table === 'trans_item') && column === 'id');
        return isItem ? `90 - "${column}"` : `"${column}"`;
      });
      database.exec(`INSERT INTO main."${table}" SELECT ${columns.join(', ')} FROM old."${table}"`);
    });
    return bytes();
  });
}

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

test('dnf-rpmdb-cookie: the cookie that dnf5 itself wrote is the one that the formula gives', () => {
  const system = capturedDatabase('first-system.toml');
  const rpm = capturedDatabase('first-dnf5-rpmdb.sqlite');
  const final = rewrittenBytes(rpmdbSqlite, rpm, contextWith(DATABASE, {}));
  // dnf5 installs by name too, so the numbers stay; a cookie that was not understood would also stay.
  assert.ok(system.includes(cookieOf(BY_NAME)));
  assert.is(
    dnf5RpmdbCookie.apply(system, contextWith(PATH, { [DATABASE]: [rpm, final] })).outcome,
    'unchanged',
  );
});

test('dnf-rpmdb-cookie: it follows the numbers of the packages, with the digest of old rpm too', () => {
  const final = rewrittenBytes(rpmdbSqlite, second, contextWith(DATABASE, {}));
  for (const hash of ['sha256', 'sha1']) {
    const context = contextWith(PATH, { [DATABASE]: [second, final] });
    const after = bytesOf(dnf5RpmdbCookie.apply(toml(cookieOf(AS_INSTALLED, hash)), context));
    assert.is(after.toString(), toml(cookieOf(BY_NAME, hash)).toString());
    const again = contextWith(PATH, { [DATABASE]: final });
    assert.is(dnf5RpmdbCookie.apply(after, again).outcome, 'unchanged');
  }
});

test('dnf-rpmdb-cookie: a cookie that did not match before does not match afterwards', () => {
  const final = rewrittenBytes(rpmdbSqlite, second, contextWith(DATABASE, {}));
  const context = contextWith(PATH, { [DATABASE]: [second, final] });
  for (const cookie of ['0'.repeat(64), 'abc', cookieOf(BY_NAME)]) {
    assert.is(dnf5RpmdbCookie.apply(toml(cookie), context).outcome, 'unchanged');
  }
});

test('dnf-rpmdb-cookie: a database that nobody rewrites, or that is not there', () => {
  const given = toml(cookieOf(AS_INSTALLED));
  assert.is(dnf5RpmdbCookie.apply(given, contextWith(PATH, { [DATABASE]: second })).outcome, 'unchanged');
  assert.is(dnf5RpmdbCookie.apply(given, contextWith(PATH, {})).outcome, 'unchanged');
});

test('dnf-rpmdb-cookie: a damaged database is reported', () => {
  const result = dnf5RpmdbCookie.apply(
    toml(cookieOf(AS_INSTALLED)),
    contextWith(PATH, { [DATABASE]: Buffer.alloc(4096, 1) }),
  );
  assert.is(result.outcome, 'malformed');
});

test.run();
