import { clampDecimal } from './clamp-number.ts';
import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite, UNCHANGED } from './rewrite.ts';

/** `var/db/pkg/CATEGORY/PACKAGE/BUILD_TIME`: one line, seconds since 1970. */
export const portageBuildTime: Rewrite = {
  what: 'In the database of portage, build times after the epoch become the epoch.',
  maximumSize: 64 * 1024,
  apply(bytes, { epoch }) {
    if (bytes.length === 0) return UNCHANGED;
    const text = bytes.toString('latin1');
    const seconds = /^(\d{1,20})\s*$/.exec(text)?.[1];
    if (seconds === undefined) return malformed(0, JSON.stringify(text.slice(0, 80)), 'seconds since 1970');
    return ifTextChanged(bytes, clampDecimal(seconds, epoch) + text.slice(seconds.length));
  },
};
