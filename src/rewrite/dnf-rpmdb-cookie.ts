import { ifTextChanged } from './if-changed.ts';
import { orDamaged } from './or-damaged.ts';
import type { Rewrite } from './rewrite.ts';
import { newCookie } from './rpm-cookie.ts';

/** `system = {rpmdb_cookie = "..."}`, or on a line of its own (libdnf5, system/state.cpp). */
const COOKIE = /(\brpmdb_cookie\s*=\s*")([0-9a-f]+)(")/g;

/** The cookie that dnf5 keeps of rpm's database, in `system.toml`, goes along with the numbers of the packages. */
export const dnf5RpmdbCookie: Rewrite = {
  what: "In dnf5's system state, the digest of rpm's database becomes that of the rewritten database.",
  maximumSize: 1024 * 1024,
  apply(bytes, context) {
    return orDamaged(bytes, () => {
      const after = bytes
        .toString('latin1')
        .replace(COOKIE, (_, before: string, cookie: string, behind: string) => {
          return `${before}${newCookie(cookie, context)}${behind}`;
        });
      return ifTextChanged(bytes, after);
    });
  },
};
