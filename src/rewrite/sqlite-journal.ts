import { applyWal, readWal } from '../formats/sqlite.ts';
import { type Rewrite, type RewriteResult, UNCHANGED, unlessDamaged } from './rewrite.ts';

const MAX_DATABASE = 256 * 1024 * 1024;
const APPLIED: RewriteResult = {
  outcome: 'obsolete',
  why: 'The database holds all that was in its write-ahead log.',
};
/** Files next to a database: its write-ahead log, and the index of the log, which SQLite creates whenever it opens it. */
const COMPANION = /-(wal|shm)$/;

/**
 * Drops `DATABASE-wal` and `DATABASE-shm` once the database contains everything in the log: where the log
 * is empty, or where the database has been rewritten, which applies the log first. In every other
 * case only the log has the newest changes.
 */
export const sqliteJournal: Rewrite = {
  what: 'The write-ahead log of an SQLite database is left out once the database holds what is in it.',
  maximumSize: 256 * 1024 * 1024,
  isCostly: true,
  apply(bytes, { path, lookUp }) {
    const main = path.replace(COMPANION, '');
    if (main === path) return UNCHANGED;
    const database = lookUp(main);
    const log = lookUp(`${main}-wal`);
    if (database?.isFile !== true) return { outcome: 'obsolete', why: 'There is no database beside it.' };
    if (log?.isFile !== true || log.size === 0) return APPLIED;
    return unlessDamaged(bytes, () => {
      const before = database.read(MAX_DATABASE);
      const isRewritten = !database.readFinal(MAX_DATABASE).equals(before);
      return isRewritten || holds(before, log.read(MAX_DATABASE)) ? APPLIED : UNCHANGED;
    });
  },
};

/** Whether a database that is not rewritten has all pages of its log, as after a full checkpoint. */
function holds(database: Buffer, wal: Buffer): boolean {
  const { pages } = readWal(wal, database.readUInt16BE(16) === 1 ? 65536 : database.readUInt16BE(16));
  if (pages.size === 0) return true;
  const applied = applyWal(database, wal);
  // The first page says how to open the file; applying the log changes only that.
  applied.copy(applied, 18, 18, 20);
  database.copy(applied, 18, 18, 20);
  return applied.equals(database);
}
