import type { Database } from '@sqlite.org/sqlite-wasm';
import { cookieHash, rpmCookie } from '../formats/rpm/cookie.ts';
import type { RpmBlob } from '../formats/rpm/package-header.ts';
import { applyWal } from '../formats/sqlite.ts';
import { RPM_DATABASES } from '../packages/rpm-database.ts';
import { ifChanged, ifTextChanged, type Rewrite, type RewriteContext, unlessDamaged } from './rewrite.ts';
import { loadSqlite, quoted, readLog, withImage } from './sqlite-engine.ts';
import { columnsOf, rebuildSchema } from './sqlite-rebuild.ts';

/** Maximum bytes of rpm's database, as for its normalizers. */
const MAX_DATABASE = 256 * 1024 * 1024;

/**
 * The cookie of rpm's database after the database has been normalized.
 *
 * @param cookie as stored in a file of dnf
 * @returns the same cookie where it did not match the original database, so that it does not become valid
 * @throws Damage where the database does not follow its format
 */
function newCookie(cookie: string, context: RewriteContext): string {
  const hash = cookieHash(cookie);
  if (hash === undefined) return cookie;
  for (const { path, read } of RPM_DATABASES) {
    const database = context.lookUp(path);
    if (database?.isFile !== true || database.size === 0) continue;
    const log = readLog({ ...context, path: database.path });
    const before: RpmBlob[] = read(database.read(MAX_DATABASE), log);
    if (rpmCookie(before, hash) !== cookie) return cookie;
    // Once its log is applied a database is in rollback mode, and any remaining log is ignored.
    const final = database.readFinal(MAX_DATABASE);
    const isApplied = !final.equals(database.read(MAX_DATABASE));
    return rpmCookie(read(final, isApplied ? Buffer.alloc(0) : log), hash);
  }
  return cookie;
}

/** Seconds since 1970 at which a transaction began and ended. */
const TIMES: ReadonlySet<string> = new Set(['trans.dt_begin', 'trans.dt_end']);
/** Digests of rpm's database before and after it. */
const COOKIES: ReadonlySet<string> = new Set(['trans.rpmdb_version_begin', 'trans.rpmdb_version_end']);
/** What the user typed; dnf 4 and dnf 5. */
const COMMANDS: ReadonlySet<string> = new Set(['trans.cmdline', 'trans.description']);

/** The directory of the build, usually a temporary one; inside the tree it is the root. */
const INSTALLROOT = /(--installroot(?:=|\s+))(?:'[^']*'|"[^"]*"|\S+)/g;

const WHAT =
  'becomes the same for the same transactions: times after the epoch become the epoch, rows are numbered by what they hold, the installation root is `/`, and the file is rebuilt.';

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
      return unlessDamaged(bytes, () => {
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

/** Creates the temporary table `new_text (old, new)` for texts that change. */
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

// Row numbers. dnf 4 numbers what a transaction touches in the order of a hash table (dnf 5 has sorted since
// 5.4), so the same transaction has different row numbers each time.

/** Tables whose numbers others refer to. */
type Numbered = 'repo' | 'pkg_name' | 'arch' | 'item' | 'trans_item';

/** Column to the table whose numbers it holds. */
const REFERENCES: Readonly<Record<string, Numbered>> = {
  'repo.id': 'repo',
  'trans_item.repo_id': 'repo',
  'pkg_name.id': 'pkg_name',
  'rpm.name_id': 'pkg_name',
  'comps_group_package.name_id': 'pkg_name',
  'arch.id': 'arch',
  'rpm.arch_id': 'arch',
  'item.id': 'item',
  'rpm.item_id': 'item',
  'comps_group.item_id': 'item',
  'comps_environment.item_id': 'item',
  'comps_group_package.group_id': 'item',
  'comps_environment_group.environment_id': 'item',
  'trans_item.item_id': 'item',
  'trans_with.item_id': 'item',
  'trans_item.id': 'trans_item',
  'item_replaced_by.trans_item_id': 'trans_item',
  'item_replaced_by.by_trans_item_id': 'trans_item',
};

/** Nothing refers to their own number, so it follows the other columns. */
const NAMED_NOWHERE: ReadonlySet<string> = new Set([
  'comps_group_package',
  'comps_environment_group',
  'trans_with',
]);

/** The identity of an item, as `(id, kind, key, epoch, version, release, arch)`. */
const PACKAGES_OF_DNF4 = `SELECT item_id AS id, 'rpm' AS kind, name AS key, epoch, version, release, arch FROM old.rpm`;
const PACKAGES_OF_DNF5 = `SELECT r.item_id AS id, 'rpm' AS kind, n.name AS key, r.epoch, r.version, r.release, a.name AS arch
  FROM old.rpm r JOIN old.pkg_name n ON n.id = r.name_id JOIN old.arch a ON a.id = r.arch_id`;
const GROUPS = `SELECT item_id, 'group', groupid, 0, '', '', '' FROM old.comps_group
  UNION ALL SELECT item_id, 'environment', environmentid, 0, '', '', '' FROM old.comps_environment`;

/** Creates the temporary tables `new_TABLE (old, new)` that `renumbered` refers to. */
function numberRows(database: Database): void {
  const isDnf5 = columnsOf(database, 'pkg_name').length > 0;
  number(database, 'repo', 'old.repo', 'repoid');
  if (isDnf5) {
    number(database, 'pkg_name', 'old.pkg_name', 'name');
    number(database, 'arch', 'old.arch', 'name');
  }
  database.exec(
    `CREATE TEMP TABLE identity AS ${isDnf5 ? PACKAGES_OF_DNF5 : PACKAGES_OF_DNF4} UNION ALL ${GROUPS};
     CREATE TEMP TABLE first AS SELECT item_id AS id, min(trans_id) AS trans_id FROM old.trans_item GROUP BY item_id`,
  );
  number(
    database,
    'item',
    'old.item LEFT JOIN first USING (id) LEFT JOIN identity USING (id)',
    'trans_id, kind, key, epoch, version, release, arch',
  );
  number(
    database,
    'trans_item',
    'old.trans_item t LEFT JOIN new_item n ON n.old = t.item_id',
    't.trans_id, n.new',
  );
}

function number(database: Database, table: Numbered, from: string, order: string): void {
  database.exec(
    `CREATE TEMP TABLE new_${table} (old INTEGER PRIMARY KEY, new INTEGER);
     INSERT INTO new_${table} SELECT id, row_number() OVER (ORDER BY ${order}, id) FROM ${from}`,
  );
}

/**
 * The new value of a column that holds a row number, as SQL over a row of `o`; undefined for
 * a column that holds something else.
 */
function renumbered(table: string, column: string, columns: readonly string[]): string | undefined {
  const target = REFERENCES[`${table}.${column}`];
  if (target !== undefined) {
    return `coalesce((SELECT new FROM new_${target} WHERE old = o.${column}), o.${column})`;
  }
  if (column !== 'id' || !NAMED_NOWHERE.has(table)) return undefined;
  const others = columns.filter((other) => other !== 'id');
  return `row_number() OVER (ORDER BY ${others.map((other) => renumbered(table, other, columns) ?? `o.${other}`).join(', ')})`;
}

/** `system = {rpmdb_cookie = "..."}`, or on a separate line (libdnf5, system/state.cpp). */
const COOKIE = /(\brpmdb_cookie\s*=\s*")([0-9a-f]+)(")/g;

/** The cookie of rpm's database that dnf5 keeps in `system.toml` follows the numbers of the packages. */
export const dnf5RpmdbCookie: Rewrite = {
  what: "In dnf5's system state, the digest of rpm's database becomes that of the rewritten database.",
  maximumSize: 1024 * 1024,
  apply(bytes, context) {
    return unlessDamaged(bytes, () => {
      const text = bytes
        .toString('latin1')
        .replace(COOKIE, (_, before: string, cookie: string, after: string) => {
          return `${before}${newCookie(cookie, context)}${after}`;
        });
      return ifTextChanged(bytes, text);
    });
  },
};
