import { cookieHash, rpmCookie } from '../formats/rpm/cookie.ts';
import type { RpmBlob } from '../formats/rpm/package-header.ts';
import { RPM_DATABASES } from '../packages/rpm-database.ts';
import type { RewriteContext } from './rewrite.ts';
import { readLog } from './sqlite-companions.ts';

/** As many bytes of rpm's database as its normalizers look at. */
const MAX_DATABASE = 256 * 1024 * 1024;

/**
 * A cookie of rpm's database after what is done to the database.
 *
 * @param cookie as a file of dnf holds it
 * @returns the same where it was not that of the database before, so that it does not become valid
 * @throws Damage where the database does not follow its format
 */
export function newCookie(cookie: string, context: RewriteContext): string {
  const hash = cookieHash(cookie);
  if (hash === undefined) return cookie;
  for (const { path, read } of RPM_DATABASES) {
    const database = context.lookUp(path);
    if (database?.isFile !== true || database.size === 0) continue;
    const log = readLog({ ...context, path: database.path });
    const before: RpmBlob[] = read(database.read(MAX_DATABASE), log);
    if (rpmCookie(before, hash) !== cookie) return cookie;
    // Once its log is applied a database is in rollback mode, and what is left of a log does not count.
    const final = database.readFinal(MAX_DATABASE);
    const isApplied = !final.equals(database.read(MAX_DATABASE));
    return rpmCookie(read(final, isApplied ? Buffer.alloc(0) : log), hash);
  }
  return cookie;
}
