import { ifTextChanged, type Rewrite } from './rewrite.ts';

/** SolvIdentFile::store and RequestedLocalesFile::store of libzypp: `# AutoInstalled generated Mon Nov 20 10:00:00 2023`. */
const DATED_COMMENT = /^(?:# \S+ generated [^\n]*\n)+/;

/** A state file of libzypp, as a byte string, without the comment on top that says when it was written. */
function withoutDatedComment(text: string): string {
  return text.replace(DATED_COMMENT, '');
}

/**
 * `var/lib/zypp/AutoInstalled` is a sorted list of package names below a comment with the date. The
 * reader ignores comments, so only the comment is removed.
 */
export const zyppAutoInstalled: Rewrite = {
  what: "Removes the comment with the date from zypp's list of automatically installed packages.",
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, withoutDatedComment(bytes.toString('latin1')));
  },
};

/** Comments and empty lines, one locale a line, comments and empty lines again. */
const FRAMED = /^((?:#[^\n]*\n|\n)*)((?:[^#\n][^\n]*\n)+)((?:#[^\n]*\n|\n)*)$/;

/**
 * `var/lib/zypp/RequestedLocales` is a set of locales below a comment with the date, written in the
 * order of a hash table that depends on what else was read before (RequestedLocalesFile::store in
 * libzypp). The reader ignores comments and makes a set of the rest.
 */
export const zyppRequestedLocales: Rewrite = {
  what: 'Removes the comment with the date from the locales requested from zypp, and sorts them.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    const text = withoutDatedComment(bytes.toString('latin1'));
    return ifTextChanged(
      bytes,
      text.replace(FRAMED, (_, before: string, locales: string, after: string) => {
        // Byte strings compare as bytes.
        const sorted = locales.slice(0, -1).split('\n').sort();
        return `${before}${sorted.join('\n')}\n${after}`;
      }),
    );
  },
};

/** ServiceInfo::dumpAsIniOn of libzypp: `lrf_dat = 1709287200`, seconds since 1970. */
const LAST_REFRESH = /^[ \t]*lrf_dat[ \t]*=[^\n]*(?:\n|$)/gm;

/**
 * `etc/zypp/services.d/*.service` says where repositories are announced, and when zypp last asked there.
 * Without that time zypp asks again on its next refresh, as it does when the time to live has passed.
 */
export const zyppService: Rewrite = {
  what: 'Removes the time of the last refresh from a zypp service, so that the next refresh asks again.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(LAST_REFRESH, ''));
  },
};
