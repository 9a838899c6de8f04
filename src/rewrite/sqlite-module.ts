import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm';

/** Why this build of stillroot has no SQLite; the single-file build replaces this file. */
export const WITHOUT_SQLITE: string | undefined = undefined;

/** Loads SQLite; only call it where SQLite is available. */
export async function startSqlite(): Promise<Sqlite3Static> {
  const { default: start } = await import('@sqlite.org/sqlite-wasm');
  return await start();
}
