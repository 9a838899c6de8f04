import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { Damage, damaged } from '../formats/damage.ts';
import { EngineMissing, type RewriteContext } from './rewrite.ts';
import { startSqlite, WITHOUT_SQLITE } from './sqlite-module.ts';

/** Logs are checkpointed at about ten megabytes; a larger one than this is left alone, with its database. */
const MAX_LOG = 512 * 1024 * 1024;

/**
 * The write-ahead log of an SQLite database; empty where there is none.
 *
 * @throws Damage where a rollback journal shows that the last change was not finished: only SQLite, with
 *   the database in place, can undo it
 */
export function readLog({ path, lookUp }: RewriteContext): Buffer {
  const journal = lookUp(`${path}-journal`);
  if (journal?.isFile === true && journal.size > 0 && journal.read(MAX_LOG).some((byte) => byte !== 0)) {
    damaged(0, 'a rollback journal beside the database', 'none: open the database once with its own tool');
  }
  const log = lookUp(`${path}-wal`);
  return log?.isFile === true && log.size > 0 ? log.read(MAX_LOG) : Buffer.alloc(0);
}

// SQLite itself, the official build for WebAssembly. Its version is fixed by the lockfile, so the bytes
// it writes do not depend on the Node version or machine. Databases are only in
// memory. Loaded on demand: most trees have no SQLite database to rewrite.

let engine: Sqlite3Static | undefined;

/** Must be awaited before `withImage`; later calls cost nothing. */
export async function loadSqlite(): Promise<void> {
  if (engine !== undefined || WITHOUT_SQLITE !== undefined) return;
  engine = await startSqlite();
  // SQLite also reports everything as errors, and only the command line prints.
  const silent = (): void => {};
  Object.assign(engine.config, { debug: silent, error: silent, log: silent, warn: silent });
}

/** `old` is the given database, `main` an empty one. */
export interface OpenImage {
  readonly database: Database;
  /** The bytes of `main`. */
  readonly export: () => Buffer;
}

/**
 * Always pages of 4096 bytes, whatever the original has: SQLite chooses larger ones where the disk it
 * first writes to has larger sectors.
 */
const PAGE_SIZE = 4096;

/**
 * Runs `work` on a copy of a database.
 *
 * @param image a complete database in rollback mode, see applyWal
 * @throws Damage where SQLite does not recognize it; EngineMissing in the single-file build
 */
export function withImage<T>(image: Buffer, work: (open: OpenImage) => T): T {
  if (WITHOUT_SQLITE !== undefined) throw new EngineMissing(WITHOUT_SQLITE);
  if (engine === undefined) throw new Error('loadSqlite was not awaited');
  const { capi, oo1, wasm, SQLite3Error, WasmAllocError } = engine;
  const database = new oo1.DB(':memory:');
  try {
    // The image is untrusted, and so is the SQL in its schema.
    database.exec([
      `PRAGMA page_size = ${PAGE_SIZE}; PRAGMA journal_mode = OFF; PRAGMA trusted_schema = OFF;`,
      `PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; ATTACH ':memory:' AS old;`,
    ]);
    const pointer = database.pointer;
    if (pointer === undefined) throw new Error('the database is closed');
    // SQLite does not accept a Buffer as a Uint8Array.
    const copy = wasm.allocFromTypedArray(new Uint8Array(image.buffer, image.byteOffset, image.length));
    const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_READONLY;
    database.checkRc(capi.sqlite3_deserialize(pointer, 'old', copy, image.length, image.length, flags));
    const [problem] = database.selectValues('PRAGMA old.quick_check(1)');
    if (problem !== 'ok') throw new Damage(0, String(problem), 'a database that SQLite finds sound');
    return work({ database, export: () => Buffer.from(capi.sqlite3_js_db_export(pointer, 'main')) });
  } catch (error) {
    // WebAssembly has two gigabytes for both the old and the new database.
    if (error instanceof WasmAllocError) throw new Damage(0, `${image.length} bytes`, 'a smaller database');
    if (!(error instanceof SQLite3Error)) throw error;
    // `old` is the name used here for the given database.
    throw new Damage(0, error.message.replaceAll(/\bold\.(?=\w)/g, ''), 'a database that SQLite can read');
  } finally {
    database.close();
  }
}

/** An identifier in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
