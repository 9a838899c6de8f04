/** In place of rewrite/sqlite-module.ts. SQLite is larger than all the rest. */
export const WITHOUT_SQLITE: string | undefined =
  'is an SQLite database, which the full stillroot rewrites but the single-file script cannot';

/** Missing in the single file: always fails. */
export function startSqlite(): never {
  throw new Error('there is no SQLite in the single file');
}
