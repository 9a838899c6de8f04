import type { Database } from '@sqlite.org/sqlite-wasm';
import { applyWal } from '../packages/sqlite-reader.ts';
import { numberRows, renumbered } from './dnf-history-ids.ts';
import { ifChanged } from './if-changed.ts';
import { orDamaged } from './or-damaged.ts';
import type { Rewrite, RewriteContext } from './rewrite.ts';
import { newCookie } from './rpm-cookie.ts';
import { readLog } from './sqlite-companions.ts';
import { loadSqlite, quoted, withImage } from './sqlite-engine.ts';
import { columnsOf, rebuildSchema } from './sqlite-rebuild.ts';

/** Seconds since 1970 at which a transaction began and ended. */
const TIMES: ReadonlySet<string> = new Set(['trans.dt_begin', 'trans.dt_end']);
/** Digests of rpm's database before and after it; see rpm-cookie.ts. */
const COOKIES: ReadonlySet<string> = new Set(['trans.rpmdb_version_begin', 'trans.rpmdb_version_end']);
/** What the user typed; dnf 4 and dnf 5. */
const COMMANDS: ReadonlySet<string> = new Set(['trans.cmdline', 'trans.description']);

/** The directory of the build, mostly a temporary one. For whoever is in the tree it is the root. */
const INSTALLROOT = /(--installroot(?:=|\s+))(?:'[^']*'|"[^"]*"|\S+)/g;

const WHAT =
  'becomes the same for the same transactions: times after the epoch become the epoch, rows are numbered by what they hold, the installation root is `/`, and the file is laid out anew.';

/** `var/lib/dnf/history.sqlite` of dnf 4 (libdnf, transaction/sql/). */
export const dnfHistory: Rewrite = history(`The history of dnf 4 ${WHAT}`);

/** `usr/lib/sysimage/libdnf5/transaction_history.sqlite` (libdnf5, transaction/db/sql/). */
export const dnf5History: Rewrite = history(`The history of dnf5 ${WHAT}`);

function history(what: string): Rewrite {
  return {
    what,
    maximumSize: 256 * 1024 * 1024,
    isCostly: true,
    prepare: loadSqlite,
    apply(bytes, context) {
      return orDamaged(bytes, () => {
        const image = applyWal(bytes, readLog(context));
        const rebuilt = withImage(image, (open) => {
          numberRows(open.database);
          replaceTexts(open.database, context);
          rebuildSchema(open.database, (table) => fill(open.database, table, context.epoch));
          return open.export();
        });
        return ifChanged(bytes, rebuilt);
      });
    },
  };
}

/** Makes the temporary table `new_text (old, new)` for texts that change. */
function replaceTexts(database: Database, context: RewriteContext): void {
  database.exec('CREATE TEMP TABLE new_text (old TEXT PRIMARY KEY, new TEXT)');
  const columns = columnsOf(database, 'trans');
  for (const column of columns) {
    const isCookie = COOKIES.has(`trans.${column}`);
    if (!isCookie && !COMMANDS.has(`trans.${column}`)) continue;
    for (const old of database.selectValues(`SELECT DISTINCT ${column} FROM old.trans`)) {
      if (typeof old !== 'string') continue;
      const text = isCookie ? newCookie(old, context) : old.replace(INSTALLROOT, '$1/');
      if (text !== old)
        database.exec({ sql: 'INSERT OR IGNORE INTO new_text VALUES (?, ?)', bind: [old, text] });
    }
  }
}

function fill(database: Database, table: string, epoch: number): void {
  const columns = columnsOf(database, table);
  const values = columns.map((column) => {
    const key = `${table}.${column}`;
    const value = `o.${quoted(column)}`;
    if (TIMES.has(key)) return `min(${value}, ${epoch})`;
    if (COOKIES.has(key) || COMMANDS.has(key)) {
      return `coalesce((SELECT new FROM new_text WHERE old = ${value}), ${value})`;
    }
    return renumbered(table, column, columns) ?? value;
  });
  const order = columns.map((_, index) => index + 1).join(', ');
  database.exec(
    `INSERT INTO main.${quoted(table)} (${columns.map(quoted).join(', ')})
     SELECT ${values.join(', ')} FROM old.${quoted(table)} o ORDER BY ${order}`,
  );
}
