/**
 * Numbers of the rows in dnf's history. dnf 4 numbers what a transaction touches as it comes out of
 * a hash table (dnf 5 sorts since 5.4), so the same transaction is told in another order each time.
 */
import type { Database } from '@sqlite.org/sqlite-wasm';
import { columnsOf } from './sqlite-rebuild.ts';

/** Tables whose numbers others refer to. */
type Numbered = 'repo' | 'pkg_name' | 'arch' | 'item' | 'trans_item';

/** Column to the table whose numbers it holds. */
const REFERENCES: Readonly<Record<string, Numbered>> = {
  'repo.id': 'repo',
  'trans_item.repo_id': 'repo',
  'pkg_name.id': 'pkg_name',
  'rpm.name_id': 'pkg_name',
  'comps_group_package.name_id': 'pkg_name',
  'arch.id': 'arch',
  'rpm.arch_id': 'arch',
  'item.id': 'item',
  'rpm.item_id': 'item',
  'comps_group.item_id': 'item',
  'comps_environment.item_id': 'item',
  'comps_group_package.group_id': 'item',
  'comps_environment_group.environment_id': 'item',
  'trans_item.item_id': 'item',
  'trans_with.item_id': 'item',
  'trans_item.id': 'trans_item',
  'item_replaced_by.trans_item_id': 'trans_item',
  'item_replaced_by.by_trans_item_id': 'trans_item',
};

/** Their own number is named nowhere else, so it goes by what is in the other columns. */
const NAMED_NOWHERE: ReadonlySet<string> = new Set([
  'comps_group_package',
  'comps_environment_group',
  'trans_with',
]);

/** What identifies an item, as `(id, kind, key, epoch, version, release, arch)`. */
const PACKAGES_OF_DNF4 = `SELECT item_id AS id, 'rpm' AS kind, name AS key, epoch, version, release, arch FROM old.rpm`;
const PACKAGES_OF_DNF5 = `SELECT r.item_id AS id, 'rpm' AS kind, n.name AS key, r.epoch, r.version, r.release, a.name AS arch
  FROM old.rpm r JOIN old.pkg_name n ON n.id = r.name_id JOIN old.arch a ON a.id = r.arch_id`;
const GROUPS = `SELECT item_id, 'group', groupid, 0, '', '', '' FROM old.comps_group
  UNION ALL SELECT item_id, 'environment', environmentid, 0, '', '', '' FROM old.comps_environment`;

/** Makes the temporary tables `new_TABLE (old, new)` that `renumbered` refers to. */
export function numberRows(database: Database): void {
  const isDnf5 = columnsOf(database, 'pkg_name').length > 0;
  number(database, 'repo', 'old.repo', 'repoid');
  if (isDnf5) {
    number(database, 'pkg_name', 'old.pkg_name', 'name');
    number(database, 'arch', 'old.arch', 'name');
  }
  database.exec(
    `CREATE TEMP TABLE identity AS ${isDnf5 ? PACKAGES_OF_DNF5 : PACKAGES_OF_DNF4} UNION ALL ${GROUPS};
     CREATE TEMP TABLE first AS SELECT item_id AS id, min(trans_id) AS trans_id FROM old.trans_item GROUP BY item_id`,
  );
  number(
    database,
    'item',
    'old.item LEFT JOIN first USING (id) LEFT JOIN identity USING (id)',
    'trans_id, kind, key, epoch, version, release, arch',
  );
  number(
    database,
    'trans_item',
    'old.trans_item t LEFT JOIN new_item n ON n.old = t.item_id',
    't.trans_id, n.new',
  );
}

function number(database: Database, table: Numbered, from: string, order: string): void {
  database.exec(
    `CREATE TEMP TABLE new_${table} (old INTEGER PRIMARY KEY, new INTEGER);
     INSERT INTO new_${table} SELECT id, row_number() OVER (ORDER BY ${order}, id) FROM ${from}`,
  );
}

/**
 * The new value of a column that holds a number of a row, as SQL about a row of `o`; undefined for
 * a column that holds something else.
 */
export function renumbered(table: string, column: string, columns: readonly string[]): string | undefined {
  const target = REFERENCES[`${table}.${column}`];
  if (target !== undefined) {
    return `coalesce((SELECT new FROM new_${target} WHERE old = o.${column}), o.${column})`;
  }
  if (column !== 'id' || !NAMED_NOWHERE.has(table)) return undefined;
  const others = columns.filter((other) => other !== 'id');
  return `row_number() OVER (ORDER BY ${others.map((other) => renumbered(table, other, columns) ?? `o.${other}`).join(', ')})`;
}
