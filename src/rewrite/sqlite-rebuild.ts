/** Rewrites a whole SQLite database, so that its layout depends on its contents and not on its history. */
import type { Database } from '@sqlite.org/sqlite-wasm';
import { damaged } from '../formats/damage.ts';

export interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/**
 * Tables, indexes, views and triggers of `old`, by kind and name. Excludes those that SQLite creates
 * itself: indexes of constraints, sequence numbers, and statistics, which only depend on when it
 * analyzed the tables.
 */
export function readSchema(database: Database): SchemaObject[] {
  const rows = database.selectArrays(
    `SELECT type, name, sql FROM old.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name`,
  );
  return rows.map(([type, name, sql]) => ({ type: String(type), name: String(name), sql: String(sql) }));
}

/** @returns names of the writable columns of a table of `old` */
export function columnsOf(database: Database, table: string): string[] {
  return database
    .selectValues("SELECT name FROM pragma_table_xinfo(?, 'old') WHERE hidden = 0 ORDER BY cid", [table])
    .map(String);
}

/**
 * Builds `main` from `old`: tables, then their rows, then indexes, each filled in one pass.
 *
 * @param fill writes the rows of one table
 * @throws Damage for tables that are not ordinary ones
 */
export function rebuildSchema(database: Database, fill: (table: string) => void): void {
  const schema = readSchema(database);
  database.exec('BEGIN');
  for (const object of schema) {
    if (/^CREATE\s+VIRTUAL/i.test(object.sql)) damaged(0, `the virtual table ${object.name}`, 'plain tables');
    if (object.type === 'table') create(database, object);
  }
  for (const { type, name } of schema) if (type === 'table') fill(name);
  for (const object of schema) if (object.type !== 'table') create(database, object);
  const version = Number(database.selectValue('PRAGMA old.user_version'));
  const application = Number(database.selectValue('PRAGMA old.application_id'));
  database.exec(`PRAGMA main.user_version = ${version}; PRAGMA main.application_id = ${application}`);
  database.exec('COMMIT');
}

/** Only the first statement counts, as when SQLite reads a schema. */
function create(database: Database, { sql }: SchemaObject): void {
  const statement = database.prepare(sql);
  try {
    statement.step();
  } finally {
    statement.finalize();
  }
}
