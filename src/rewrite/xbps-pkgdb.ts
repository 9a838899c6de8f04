import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite, UNCHANGED } from './rewrite.ts';

/** A key and its value in a property list, with their line. */
const VARYING = /[ \t]*<key>(?:install-date|repository)<\/key>\s*<string>[^<]*<\/string>[ \t]*\n?/g;

/**
 * `var/db/xbps/pkgdb-0.38.plist`, an XML property list, loses the date of installation and the mirror of
 * each package, as `xbps-install --reproducible` leaves them out. Both are for people alone.
 */
export const xbpsPkgdb: Rewrite = {
  what: 'The date of installation and the mirror of each package go from the database of xbps.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes) {
    if (bytes.length === 0) return UNCHANGED;
    const text = bytes.toString('latin1');
    if (!text.startsWith('<?xml'))
      return malformed(0, JSON.stringify(text.slice(0, 8)), 'an XML property list');
    if (!/<\/plist>\s*$/.test(text)) return malformed(bytes.length, 'the end of the file', '</plist>');
    return ifTextChanged(bytes, text.replace(VARYING, ''));
  },
};
