import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { Damage } from '../../src/formats/damage.ts';
import { applyWal, isSqlite, SqliteReader } from '../../src/formats/sqlite.ts';

const test = suite('formats/sqlite-reader');
const NO_LOG = Buffer.alloc(0);
const database = capturedDatabase('first-rpmdb.sqlite');

test('rows of a table with interior pages, by number', () => {
  const reader = new SqliteReader(database, NO_LOG);
  const names = [...reader.table('Basenames')];
  assert.ok(names.length > 300);
  assert.equal(
    names.map(({ rowid }) => rowid),
    names.map((_, index) => index + 1),
  );
  assert.ok(names.some(({ values }) => values[0] === 'file-299'));
  // The primary key is stored as null and is the number of the row.
  assert.is([...reader.table('Packages')][0]?.values[0], null);
});

test('values that go on in overflow pages', () => {
  const blobs = [...new SqliteReader(database, NO_LOG).table('Packages')].map(
    ({ values }) => values[1] as Buffer,
  );
  assert.ok(blobs.some((blob) => blob.length > 3 * 4096));
  for (const blob of blobs) {
    assert.is(8 + 16 * blob.readUInt32BE(0) + blob.readUInt32BE(4), blob.length, 'the header fills its blob');
  }
});

test('no such table', () => {
  assert.equal([...new SqliteReader(database, NO_LOG).table('Missing')], []);
});

test('the pages of a log count, and stay after they are applied', () => {
  const logged = capturedDatabase('logged-rpmdb.sqlite');
  const log = capturedDatabase('logged-rpmdb.sqlite-wal');
  const count = (bytes: Buffer, wal: Buffer): number =>
    [...new SqliteReader(bytes, wal).table('Name')].length;
  assert.equal([count(logged, NO_LOG), count(logged, log)], [4, 3]);
  const whole = applyWal(logged, log);
  assert.is(count(whole, NO_LOG), 3);
  assert.equal([whole[18], whole[19]], [1, 1]);
});

test('what is none', () => {
  assert.equal(
    [isSqlite(database), isSqlite(database.subarray(0, 99)), isSqlite(Buffer.alloc(200))],
    [true, false, false],
  );
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(99), Buffer.alloc(200)]) {
    assert.throws(
      () => new SqliteReader(bytes, NO_LOG),
      (error: unknown) => error instanceof Damage,
    );
  }
});

test('damage anywhere ends in rows or in Damage, and in no loop', () => {
  for (let i = 0; i < 400; i += 1) {
    const bytes = Buffer.from(database);
    const page = (i * 7) % Math.floor(bytes.length / 4096);
    for (const at of [page * 4096 + (i % 12), 100 + i]) bytes[at] = (i * 31) & 0xff;
    try {
      for (const table of ['Packages', 'Basenames'])
        for (const _ of new SqliteReader(bytes, NO_LOG).table(table));
    } catch (error) {
      assert.instance(error, Damage);
    }
  }
  for (let length = 0; length < database.length; length += 4001) {
    try {
      for (const _ of new SqliteReader(database.subarray(0, length), NO_LOG).table('Packages'));
    } catch (error) {
      assert.instance(error, Damage);
    }
  }
});

test('a page that is its own child is no loop', () => {
  const bytes = Buffer.from(database);
  const reader = new SqliteReader(bytes, NO_LOG);
  const schema = [...reader.table('sqlite_schema')];
  assert.equal(schema, []);
  // Page 1 is an interior page here or a leaf; made an interior page, its rightmost child is page 1 itself.
  bytes[100] = 5;
  bytes.writeUInt16BE(0, 103);
  bytes.writeUInt32BE(1, 108);
  assert.throws(() => [...new SqliteReader(bytes, NO_LOG).table('Packages')], /page 1 a second time/);
});

test.run();
