import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { SqliteReader } from '../../src/packages/sqlite-reader.ts';
import { dnf5History, dnfHistory } from '../../src/rewrite/dnf-history.ts';
import type { Rewrite } from '../../src/rewrite/rewrite.ts';
import { withImage } from '../../src/rewrite/sqlite-engine.ts';
import { columnsOf, rebuildSchema } from '../../src/rewrite/sqlite-rebuild.ts';
import { before } from '../support/before.ts';
import { contextWith, damagedCopies, EPOCH, rewrittenBytes } from './databases.ts';

const test = suite('rewrite/dnf-history');
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

/** The same history, told from the last package to the first. */
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

test.run();
