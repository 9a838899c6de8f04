import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { applyWal } from '../../src/formats/sqlite.ts';
import { sqliteJournal } from '../../src/rewrite/sqlite-journal.ts';
import { contextWith, type Files } from './databases.ts';

const test = suite('rewrite/sqlite-journal');
const DATABASE = 'var/lib/rpm/rpmdb.sqlite';
const WAL = `${DATABASE}-wal`;
const SHM = `${DATABASE}-shm`;
const database = capturedDatabase('logged-rpmdb.sqlite');
const log = capturedDatabase('logged-rpmdb.sqlite-wal');

function outcomes(files: Files): string[] {
  return [WAL, SHM].map((path) => {
    const found = files[path] ?? Buffer.alloc(32768);
    const bytes = Buffer.isBuffer(found) ? found : (found[0] as Buffer);
    return sqliteJournal.apply(bytes, contextWith(path, files)).outcome;
  });
}

test('an empty log goes, and its index with it', () => {
  assert.equal(outcomes({ [DATABASE]: database, [WAL]: Buffer.alloc(0) }), ['obsolete', 'obsolete']);
  assert.equal(outcomes({ [DATABASE]: database })[1], 'obsolete');
});

test('a log stays whose database nobody rewrites', () => {
  assert.equal(outcomes({ [DATABASE]: database, [WAL]: log }), ['unchanged', 'unchanged']);
});

test('it goes with a database that is rewritten', () => {
  const final = applyWal(database, log);
  assert.equal(outcomes({ [DATABASE]: [database, final], [WAL]: log }), ['obsolete', 'obsolete']);
});

test('it goes where the database already has all of it', () => {
  const checkpointed = applyWal(database, log);
  checkpointed[18] = 2;
  checkpointed[19] = 2;
  assert.equal(outcomes({ [DATABASE]: checkpointed, [WAL]: log }), ['obsolete', 'obsolete']);
});

test('it goes where there is no database', () => {
  assert.equal(outcomes({ [WAL]: log }), ['obsolete', 'obsolete']);
});

test('what is no log stays, and is reported', () => {
  assert.equal(outcomes({ [DATABASE]: database, [WAL]: Buffer.alloc(8192, 9) }), ['malformed', 'malformed']);
});

test('a file of another name is not touched', () => {
  assert.is(sqliteJournal.apply(log, contextWith('var/lib/rpm/other', {})).outcome, 'unchanged');
});

test.run();
