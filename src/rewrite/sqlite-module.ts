import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm';

/** Why there is no SQLite in this copy of stillroot; the single file has another version of this file. */
export const WITHOUT_SQLITE: string | undefined = undefined;

/** Loads SQLite; only where there is one. */
export async function startSqlite(): Promise<Sqlite3Static> {
  const { default: start } = await import('@sqlite.org/sqlite-wasm');
  return await start();
}
