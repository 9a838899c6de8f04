import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';
import { withoutDatedComment } from './zypp-dated-comment.ts';

/** Comments and empty lines, one locale a line, comments and empty lines again. */
const FRAMED = /^((?:#[^\n]*\n|\n)*)((?:[^#\n][^\n]*\n)+)((?:#[^\n]*\n|\n)*)$/;

/**
 * `var/lib/zypp/RequestedLocales` is a set of locales below a comment with the date, written in the
 * order of a hash table that depends on what else was read before (RequestedLocalesFile::store in
 * libzypp). The reader ignores comments and makes a set of the rest.
 */
export const zyppRequestedLocales: Rewrite = {
  what: 'The comment with the date goes from the locales that zypp was asked for, which are sorted.',
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
