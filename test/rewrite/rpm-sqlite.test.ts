import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { RpmHeader, TAG } from '../../src/formats/rpm/package-header.ts';
import { readSqlitePackages } from '../../src/formats/rpm/sqlite-packages.ts';
import { SqliteReader } from '../../src/formats/sqlite.ts';
import { rpmdbSqlite } from '../../src/rewrite/rpm-sqlite.ts';
import { quoted, withImage } from '../../src/rewrite/sqlite-engine.ts';
import { rebuildSchema } from '../../src/rewrite/sqlite-rebuild.ts';
import { before } from '../support/before.ts';
import { bothCaptures, contextWith, damagedCopies, EPOCH, rewrittenBytes } from './databases.ts';

const test = suite('rewrite/rpm-sqlite');
const PATH = 'var/lib/rpm/rpmdb.sqlite';
const [first, second] = bothCaptures('rpmdb.sqlite');
const NO_LOG = Buffer.alloc(0);

before(test, () => rpmdbSqlite.prepare?.());

/** Name, installation time and transaction of each package, by number. */
function timesOf(bytes: Buffer, wal: Buffer = NO_LOG): [string, number | undefined, number | undefined][] {
  return readSqlitePackages(bytes, wal).map(({ header }) => {
    const parsed = new RpmHeader(header, 0);
    return [parsed.text(TAG.NAME), parsed.number(TAG.INSTALLTIME), parsed.number(TAG.INSTALLTID)];
  });
}

function rowsOf(bytes: Buffer, table: string): unknown[] {
  return [...new SqliteReader(bytes, NO_LOG).table(table)].map(({ values }) => values);
}

test('two installations with other clocks, orders and histories become one file', () => {
  assert.not.ok(first.equals(second));
  assert.not.equal(timesOf(first), timesOf(second));
  const after = [first, second].map((bytes) => rewrittenBytes(rpmdbSqlite, bytes, contextWith(PATH, {})));
  assert.ok((after[0] as Buffer).equals(after[1] as Buffer));
  const names = ['alpha', 'beta', 'gamma', 'wide'];
  assert.equal(
    timesOf(after[0] as Buffer),
    names.map((name) => [name, EPOCH, EPOCH]),
  );
});

test('the index of transactions follows, the others keep their keys', () => {
  const after = rewrittenBytes(rpmdbSqlite, second, contextWith(PATH, {}));
  const key = Buffer.alloc(4);
  key.writeUInt32LE(EPOCH);
  assert.equal(
    rowsOf(after, 'Installtid'),
    [1, 2, 3, 4].map((number) => [key, number, 0]),
  );
  assert.equal(rowsOf(after, 'Name'), [
    ['alpha', 1, 0],
    ['beta', 2, 0],
    ['gamma', 3, 0],
    ['wide', 4, 0],
  ]);
  assert.is(rowsOf(after, 'Basenames').length, rowsOf(second, 'Basenames').length);
  assert.equal(rowsOf(after, 'sqlite_sequence'), [['Packages', 4]]);
});

test('nothing in a header moves but the two times', () => {
  const headers = (bytes: Buffer): Map<string, Buffer> =>
    new Map(
      readSqlitePackages(bytes, NO_LOG).map(({ header }) => [
        new RpmHeader(header, 0).text(TAG.NAME),
        header,
      ]),
    );
  const old = headers(first);
  for (const [name, header] of headers(rewrittenBytes(rpmdbSqlite, first, contextWith(PATH, {})))) {
    const was = old.get(name) as Buffer;
    assert.is(header.length, was.length);
    const changed = [...header.keys()].filter((at) => header[at] !== was[at]);
    const parsed = new RpmHeader(was, 0);
    const places = [TAG.INSTALLTIME, TAG.INSTALLTID].map((tag) => parsed.offsetOfNumber(tag) as number);
    assert.ok(changed.every((at) => places.some((place) => at >= place && at < place + 4)));
  }
});

test('times before the epoch stay', () => {
  const epoch = 2_000_000_000;
  const after = rewrittenBytes(rpmdbSqlite, first, contextWith(PATH, {}, { epoch }));
  assert.equal(timesOf(after), timesOf(first));
});

test('the file is in rollback mode, its counters say nothing of its history, and a second run finds nothing', () => {
  const after = rewrittenBytes(rpmdbSqlite, first, contextWith(PATH, {}));
  assert.equal([first[18], first[19]], [2, 2]);
  assert.equal([after[18], after[19]], [1, 1]);
  // Change counter, and the version of SQLite that wrote last with the counter it saw.
  assert.equal(
    [24, 92, 96].map((at) => after.readUInt32BE(at)),
    [0, 0, 0],
  );
  assert.is(after.readUInt32BE(28) * after.readUInt16BE(16), after.length);
  assert.is(rpmdbSqlite.apply(after, contextWith(PATH, {})).outcome, 'unchanged');
});

test('the input is never written to', () => {
  const given = Buffer.from(first);
  rpmdbSqlite.apply(given, contextWith(PATH, {}));
  assert.ok(given.equals(first));
});

test('what a write-ahead log holds counts', () => {
  const database = capturedDatabase('logged-rpmdb.sqlite');
  const log = capturedDatabase('logged-rpmdb.sqlite-wal');
  const names = (bytes: Buffer): string[] => timesOf(bytes).map(([name]) => name);
  assert.equal(names(database), ['alpha', 'beta', 'gamma', 'wide']);
  const with_ = rewrittenBytes(rpmdbSqlite, database, contextWith(PATH, { [`${PATH}-wal`]: log }));
  assert.equal(names(with_), ['alpha', 'beta', 'wide']);
  const without = rewrittenBytes(rpmdbSqlite, database, contextWith(PATH, {}));
  assert.equal(names(without), ['alpha', 'beta', 'gamma', 'wide']);
});

test('a log that is none, and an unfinished change, leave the database alone', () => {
  for (const [suffix, content, wanted] of [
    ['-wal', Buffer.alloc(4096, 'x'), /write-ahead log/],
    ['-journal', Buffer.from([0xd9, 0xd5, 0x05, 0xf9]), /open the database/],
  ] as const) {
    const result = rpmdbSqlite.apply(first, contextWith(PATH, { [PATH + suffix]: content }));
    assert.is(result.outcome, 'malformed');
    if (result.outcome === 'malformed') assert.match(result.wanted, wanted);
  }
  const cleared = contextWith(PATH, { [`${PATH}-journal`]: Buffer.alloc(512) });
  assert.is(rpmdbSqlite.apply(first, cleared).outcome, 'rewritten');
});

test('another SQLite database is left alone', () => {
  const history = capturedDatabase('first-transaction_history.sqlite');
  const log = capturedDatabase('first-transaction_history.sqlite-wal');
  const result = rpmdbSqlite.apply(history, contextWith(PATH, { [`${PATH}-wal`]: log }));
  assert.is(result.outcome, 'malformed');
  if (result.outcome === 'malformed') assert.match(result.found, /Packages/);
});

test('an index of a package that is gone: nothing is thrown away in silence', () => {
  const image = rewrittenBytes(rpmdbSqlite, first, contextWith(PATH, {}));
  const orphaned = withImage(image, (open) => {
    rebuildSchema(open.database, (table) =>
      open.database.exec(
        `INSERT INTO main.${quoted(table)} SELECT * FROM old.${quoted(table)}${table === 'Packages' ? ' WHERE hnum > 1' : ''}`,
      ),
    );
    return open.export();
  });
  const result = rpmdbSqlite.apply(orphaned, contextWith(PATH, {}));
  assert.is(result.outcome, 'malformed');
  if (result.outcome === 'malformed') assert.match(result.found, /^package 1 in /);
});

test('a database without an index: the message names it as rpm does, and what makes it again', () => {
  const image = rewrittenBytes(rpmdbSqlite, first, contextWith(PATH, {}));
  const without = (sql: string): Buffer =>
    withImage(image, (open) => {
      rebuildSchema(open.database, (table) =>
        open.database.exec(`INSERT INTO main.${quoted(table)} SELECT * FROM old.${quoted(table)}`),
      );
      open.database.exec(sql);
      return open.export();
    });
  const result = rpmdbSqlite.apply(without('DROP TABLE main.Installtid'), contextWith(PATH, {}));
  assert.equal(result, {
    outcome: 'malformed',
    offset: 0,
    found: 'no table Installtid',
    wanted: 'the index of transactions, which `rpmdb --rebuilddb` makes again',
  });
  // SQLite's own messages contain no name from stillroot.
  const renamed = without('ALTER TABLE main.Installtid RENAME COLUMN key TO other');
  const told = rpmdbSqlite.apply(renamed, contextWith(PATH, {}));
  assert.is(told.outcome, 'malformed');
  assert.not.match(JSON.stringify(told), /\bold\./);
});

test('damage is reported or makes no difference, and never fails', () => {
  const outcomes = new Set<string>();
  for (const bytes of damagedCopies(first, 60)) {
    const result = rpmdbSqlite.apply(bytes, contextWith(PATH, {}));
    outcomes.add(result.outcome);
    if (result.outcome !== 'malformed') continue;
    assert.ok(result.found.length > 0 && result.wanted.length > 0);
    assert.ok(result.offset >= 0 && result.offset <= bytes.length, `offset ${result.offset}`);
  }
  assert.ok(outcomes.has('malformed'));
});

test('the very bytes: another SQLite that lays them out otherwise is another archive profile', () => {
  const after = rewrittenBytes(rpmdbSqlite, first, contextWith(PATH, {}));
  assert.is(
    createHash('sha256').update(after).digest('hex'),
    '277f0c80590a41196c3abfaaecbf2ad751ba81838628948608a749ce0d19d06f',
  );
});

test.run();
