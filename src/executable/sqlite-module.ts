/** In place of rewrite/sqlite-module.ts: SQLite's WebAssembly is an asset of the executable. */
import { getAsset } from 'node:sea';
import sqlite, { type Sqlite3Static } from '@sqlite.org/sqlite-wasm';

export const WITHOUT_SQLITE: string | undefined = undefined;

/** The option is one of Emscripten, of which the types know nothing. */
type Start = (options: { readonly wasmBinary: ArrayBuffer }) => Promise<Sqlite3Static>;

export async function startSqlite(): Promise<Sqlite3Static> {
  return await (sqlite as Start)({ wasmBinary: getAsset('sqlite3.wasm') });
}
