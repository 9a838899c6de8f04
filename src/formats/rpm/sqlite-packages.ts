import { damaged } from '../damage.ts';
import { SqliteReader } from '../sqlite.ts';
import type { RpmBlob } from './package-header.ts';

/**
 * `rpmdb.sqlite`: table Packages with the columns hnum, the number, and blob, the header.
 *
 * @param wal content of `rpmdb.sqlite-wal`, empty where there is none
 * @returns by number
 * @throws Damage
 */
export function readSqlitePackages(bytes: Buffer, wal: Buffer): RpmBlob[] {
  const packages: RpmBlob[] = [];
  for (const { rowid, values } of new SqliteReader(bytes, wal).table('Packages')) {
    const header = values[1];
    if (!Buffer.isBuffer(header)) damaged(0, `no header in row ${rowid} of Packages`, 'a blob');
    packages.push({ number: rowid, header, offset: 0 });
  }
  return packages;
}
