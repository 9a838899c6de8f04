import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** Shell assignments; popularity-contest reads the file with the shell. */
const RANDOM = /^([ \t]*(?:export[ \t]+)?(?:MY_HOSTID|DAY)=)[^\n]*$/gm;

/** `etc/popularity-contest.conf` of Debian. Its postinst fills both again when it is configured. */
export const popularityContest: Rewrite = {
  what: 'The random ID and day of the survey become empty; PARTICIPATE and the rest stay.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(RANDOM, '$1'));
  },
};
