import { applyWal } from '../packages/sqlite-reader.ts';
import { readWal } from '../packages/sqlite-wal.ts';
import { orDamaged } from './or-damaged.ts';
import { type Rewrite, UNCHANGED } from './rewrite.ts';

const MAX_DATABASE = 256 * 1024 * 1024;
/** Beside a database: its write-ahead log, and an index of the log, which SQLite makes whenever it opens it. */
const COMPANION = /-(wal|shm)$/;

/**
 * Drops `DATABASE-wal` and `DATABASE-shm` once the database holds what is in the log: where nothing
 * is in it, or where the database has been rewritten, which applies the log first. In every other
 * case the log is the only place where the newest changes are.
 */
export const sqliteJournal: Rewrite = {
  what: 'The write-ahead log of an SQLite database is left out once the database holds what is in it.',
  maximumSize: 512 * 1024 * 1024,
  apply(_bytes, { path, lookUp }) {
    return orDamaged(() => {
      const main = path.replace(COMPANION, '');
      const database = lookUp(main);
      const log = lookUp(`${main}-wal`);
      const why = 'The database holds all that was in its write-ahead log.';
      if (main === path) return UNCHANGED;
      if (database?.isFile !== true) return { outcome: 'obsolete', why: 'There is no database beside it.' };
      if (log?.isFile !== true || log.size === 0) return { outcome: 'obsolete', why };
      const before = database.read(MAX_DATABASE);
      const final = database.readFinal(MAX_DATABASE);
      // A database that nobody rewrites still has all pages of its log after a full checkpoint.
      const wal = log.read(MAX_DATABASE);
      const isApplied = final.equals(before) ? holds(before, wal) : true;
      return isApplied ? { outcome: 'obsolete', why } : UNCHANGED;
    });
  },
};

function holds(database: Buffer, wal: Buffer): boolean {
  const { pages } = readWal(wal, database.readUInt16BE(16) === 1 ? 65536 : database.readUInt16BE(16));
  if (pages.size === 0) return true;
  const applied = applyWal(database, wal);
  // The first page says how the file is to be opened; applying changes just that.
  applied.copy(applied, 18, 18, 20);
  database.copy(applied, 18, 18, 20);
  return applied.equals(database);
}
