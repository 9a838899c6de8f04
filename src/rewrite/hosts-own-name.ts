import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** The address that Debian gives to the machine's own name where it has no fixed one. */
const OWN_NAME = /^127\.0\.1\.1[ \t].*(?:\n|$)/gm;

/** hosts(5): lines for 127.0.1.1 name the machine on which the tree was made. */
export const hostsOwnName: Rewrite = {
  what: 'Lines for 127.0.1.1, the own name of the machine, go from etc/hosts.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(OWN_NAME, ''));
  },
};
