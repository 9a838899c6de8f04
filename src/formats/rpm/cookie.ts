import { createHash } from 'node:crypto';
import type { RpmBlob } from './package-header.ts';
import { RpmHeader, TAG } from './package-header.ts';

/** SHA-1 in rpm up to 4.17, SHA-256 since. */
export type CookieHash = 'sha1' | 'sha256';

/**
 * The value of rpm's rpmdbCookie(): a digest over the names of the packages in byte order, each with the
 * numbers of the packages of that name as 32-bit little-endian integers. dnf compares it to detect
 * whether another program changed the database.
 *
 * @param packages by number
 * @throws Damage where a header does not follow its format
 */
export function rpmCookie(packages: readonly RpmBlob[], hash: CookieHash): string {
  const numbers = new Map<string, number[]>();
  for (const { number, header, offset } of packages) {
    const name = new RpmHeader(header, offset).text(TAG.NAME);
    const same = numbers.get(name);
    if (same === undefined) numbers.set(name, [number]);
    else same.push(number);
  }
  const digest = createHash(hash);
  for (const name of [...numbers.keys()].sort()) {
    digest.update(name, 'latin1');
    for (const number of numbers.get(name) as number[]) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(number);
      digest.update(bytes);
    }
  }
  return digest.digest('hex');
}

/** The digest of a cookie, by its length; undefined where it is not a cookie. */
export function cookieHash(cookie: string): CookieHash | undefined {
  if (!/^[0-9a-f]+$/.test(cookie)) return undefined;
  return ({ 40: 'sha1', 64: 'sha256' } as const)[cookie.length];
}
