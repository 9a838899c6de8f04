import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { Damage } from '../../src/formats/damage.ts';
import { loadSqlite, quoted, withImage } from '../../src/rewrite/sqlite-engine.ts';
import { columnsOf, readSchema, rebuildSchema } from '../../src/rewrite/sqlite-rebuild.ts';
import { before } from '../support/before.ts';

const test = suite('rewrite/sqlite-engine');
const image = capturedDatabase('logged-rpmdb.sqlite');
image[18] = 1;
image[19] = 1;

before(test, () => loadSqlite());

test('SQLite is the one that package.json names exactly', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const pinned = dependencies['@sqlite.org/sqlite-wasm'] as string;
  assert.match(pinned, /^\d+\.\d+\.\d+-build\d+$/);
  const version = withImage(image, ({ database }) => database.selectValue('SELECT sqlite_version()'));
  assert.ok(pinned.startsWith(`${version}-`), `${version} in ${pinned}`);
});

test('the old database can be read and not written', () => {
  withImage(image, ({ database }) => {
    assert.is(database.selectValue('SELECT count(*) FROM old.Packages'), 4);
    assert.throws(() => database.exec('DELETE FROM old.Packages'), /readonly/);
  });
});

test('what is no database is damage, also where only SQLite finds out', () => {
  const torn = Buffer.from(image);
  torn.fill(0x55, 4096 * 3, 4096 * 12);
  for (const bytes of [Buffer.alloc(4096, 1), image.subarray(0, 4096), torn]) {
    assert.throws(
      () => withImage(bytes, () => 0),
      (error: unknown) => error instanceof Damage,
    );
  }
});

test('other errors are not taken for damage', () => {
  assert.throws(
    () =>
      withImage(image, () => {
        throw new RangeError('ours');
      }),
    (error: unknown) => error instanceof RangeError,
  );
});

test('pages have 4096 bytes, which is not what this build chooses by itself', () => {
  const sizes = withImage(image, ({ database, export: bytes }) => {
    database.exec(`CREATE TABLE x (y); ATTACH ':memory:' AS fresh; CREATE TABLE fresh.x (y)`);
    return [bytes().readUInt16BE(16), database.selectValue('PRAGMA fresh.page_size')];
  });
  assert.equal(sizes, [4096, 8192]);
});

test('the schema by kind and name, without what SQLite makes itself', () => {
  withImage(image, ({ database }) => {
    const schema = readSchema(database);
    const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => name);
    assert.ok(tables.includes('Packages') && !tables.includes('sqlite_sequence'));
    assert.equal(tables, [...tables].sort());
    assert.equal(columnsOf(database, 'Name'), ['key', 'hnum', 'idx']);
    assert.equal(columnsOf(database, 'no such table'), []);
  });
});

test('views, triggers and user_version come along; statistics and virtual tables do not', () => {
  const made = withImage(image, ({ database, export: bytes }) => {
    database.exec(`CREATE TABLE t (a, b); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, 2); ANALYZE main;
      CREATE VIEW v AS SELECT a FROM t; PRAGMA user_version = 7; PRAGMA application_id = 9;
      CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = new.a; END`);
    return bytes();
  });
  const rebuilt = withImage(made, ({ database, export: bytes }) => {
    rebuildSchema(database, (table) =>
      database.exec(`INSERT INTO main.${quoted(table)} SELECT * FROM old.${quoted(table)}`),
    );
    return bytes();
  });
  withImage(rebuilt, ({ database }) => {
    assert.equal(
      readSchema(database).map(({ name }) => name),
      ['t', 'i', 'v', 'g'],
    );
    assert.is(
      database.selectValue("SELECT count(*) FROM old.sqlite_schema WHERE name LIKE 'sqlite_stat%'"),
      0,
    );
    assert.equal(
      [database.selectValue('PRAGMA old.user_version'), database.selectValue('PRAGMA old.application_id')],
      [7, 9],
    );
    // The trigger is made after the rows, so it does not act on them.
    assert.is(database.selectValue('SELECT count(*) FROM old.t'), 1);
  });
  const virtual = withImage(image, ({ database, export: bytes }) => {
    database.exec('CREATE VIRTUAL TABLE words USING fts5(word)');
    return bytes();
  });
  assert.throws(
    () => withImage(virtual, ({ database }) => rebuildSchema(database, () => {})),
    /virtual table words/,
  );
});

test('names in SQL', () => {
  assert.is(quoted('a"b'), '"a""b"');
});

test.run();
