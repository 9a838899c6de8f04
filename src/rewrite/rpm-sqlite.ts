import type { Database } from '@sqlite.org/sqlite-wasm';
import { damaged } from '../formats/damage.ts';
import { TAG } from '../formats/rpm/package-header.ts';
import { applyWal } from '../formats/sqlite.ts';
import { ifChanged, type Rewrite, unlessDamaged } from './rewrite.ts';
import { clampInstallTimes, type OrderedPackage, orderPackages } from './rpm-packages.ts';
import { loadSqlite, quoted, readLog, withImage } from './sqlite-engine.ts';
import { columnsOf, rebuildSchema } from './sqlite-rebuild.ts';

/** Headers of the packages, by number. */
const PACKAGES = 'Packages';
/** Index of the transaction in which each package was installed: a time, so it follows the headers. */
const TRANSACTIONS = 'Installtid';
const WANTED = {
  [PACKAGES]: "the headers of rpm's packages",
  [TRANSACTIONS]: 'the index of transactions, which `rpmdb --rebuilddb` makes again',
} as const;
const INDEX_COLUMNS = ['key', 'hnum', 'idx'];

/**
 * rpm's database since Fedora 33 and RHEL 9 (lib/backend/sqlite.cc): a table of headers and one for
 * each index, `(key, hnum, idx)`. Its write-ahead log is applied, packages are numbered by
 * name, times clamped, and the whole file rebuilt in rollback mode; rpm returns to its log
 * when it next writes.
 */
export const rpmdbSqlite: Rewrite = {
  what: "In rpm's SQLite database, installation times after the epoch become the epoch, packages are numbered by name, and the file is laid out anew.",
  maximumSize: 256 * 1024 * 1024,
  isCostly: true,
  prepare: loadSqlite,
  apply(bytes, context) {
    return unlessDamaged(bytes, () => {
      const image = applyWal(bytes, readLog(context));
      const rebuilt = withImage(image, (open) => {
        rebuild(open.database, context.epoch);
        return open.export();
      });
      return ifChanged(bytes, rebuilt);
    });
  },
};

function rebuild(database: Database, epoch: number): void {
  requireTables(database);
  const packages = orderPackages(readPackages(database));
  const bigEndian = isBigEndian(database, packages);
  database.exec('CREATE TEMP TABLE renumbered (old INTEGER PRIMARY KEY, new INTEGER, blob BLOB, tid BLOB)');
  const insert = database.prepare('INSERT INTO renumbered VALUES (?, ?, ?, ?)');
  try {
    for (const { blob, header, newNumber } of packages) {
      const tid = Math.min(header.number(TAG.INSTALLTID) ?? 0, epoch);
      const patched = clampInstallTimes(blob.header, header, epoch);
      insert.bind([blob.number, newNumber, plain(patched), plain(hostKey(tid, bigEndian))]).stepReset();
    }
  } finally {
    insert.finalize();
  }
  rebuildSchema(database, (table) => fill(database, table));
}

/** Refuses a file that is not an rpm database, or from which a tool has removed an index. */
function requireTables(database: Database): void {
  const tables = database.selectValues("SELECT name FROM old.sqlite_schema WHERE type = 'table'");
  for (const name of [PACKAGES, TRANSACTIONS] as const)
    if (!tables.includes(name)) damaged(0, `no table ${name}`, WANTED[name]);
}

function readPackages(database: Database): { number: number; header: Buffer; offset: number }[] {
  return database
    .selectArrays(`SELECT hnum, blob FROM old.${PACKAGES} ORDER BY hnum`)
    .map(([number, blob]) => {
      if (!(blob instanceof Uint8Array)) damaged(0, `no header for package ${number}`, 'a blob');
      return {
        number: Number(number),
        header: Buffer.from(blob.buffer, blob.byteOffset, blob.length),
        offset: 0,
      };
    });
}

/**
 * The key of a transaction is the number in the byte order of the machine that installed the package. Determined from
 * the first one whose two forms differ.
 */
function isBigEndian(database: Database, packages: readonly OrderedPackage[]): boolean {
  const tids = new Map(packages.map(({ blob, header }) => [blob.number, header.number(TAG.INSTALLTID) ?? 0]));
  for (const [key, number] of database.selectArrays(`SELECT key, hnum FROM old.${TRANSACTIONS}`)) {
    if (!(key instanceof Uint8Array) || key.length !== 4)
      damaged(0, `a key of the index of transactions (${TRANSACTIONS}) with another size`, 'four bytes');
    const tid = tids.get(Number(number)) ?? 0;
    const little = hostKey(tid, false);
    const big = hostKey(tid, true);
    if (little.equals(big)) continue;
    if (little.equals(key) || big.equals(key)) return big.equals(key);
  }
  return false;
}

function hostKey(tid: number, bigEndian: boolean): Buffer {
  const key = Buffer.alloc(4);
  if (bigEndian) key.writeUInt32BE(tid);
  else key.writeUInt32LE(tid);
  return key;
}

/** SQLite does not treat a Buffer as bytes. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function fill(database: Database, table: string): void {
  if (table === PACKAGES) {
    database.exec(`INSERT INTO main.${PACKAGES} (hnum, blob) SELECT new, blob FROM renumbered ORDER BY new`);
    return;
  }
  const columns = columnsOf(database, table);
  if (columns.join() !== INDEX_COLUMNS.join()) {
    damaged(0, `the table ${table} (${columns.join(', ')})`, `an index of rpm (${INDEX_COLUMNS.join(', ')})`);
  }
  const name = quoted(table);
  const [lost] = database.selectValues(
    `SELECT hnum FROM old.${name} WHERE hnum NOT IN (SELECT old FROM renumbered) LIMIT 1`,
  );
  if (lost !== undefined) damaged(0, `package ${lost} in ${table}`, `one of the packages in ${PACKAGES}`);
  const key = table === TRANSACTIONS ? 'r.tid' : 'o.key';
  database.exec(
    `INSERT INTO main.${name} (key, hnum, idx)
     SELECT ${key}, r.new, o.idx FROM old.${name} o JOIN renumbered r ON r.old = o.hnum ORDER BY r.new, o.idx, ${key}`,
  );
}
