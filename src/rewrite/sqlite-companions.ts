import { damaged } from '../formats/damage.ts';
import type { RewriteContext } from './rewrite.ts';

/** A log is checkpointed at some ten megabytes; a larger one is left alone, with its database. */
const MAX_LOG = 512 * 1024 * 1024;

/**
 * The write-ahead log beside an SQLite database; empty where there is none.
 *
 * @throws Damage where a rollback journal says that the last change was not finished: only SQLite, with
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
