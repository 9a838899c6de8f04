import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';
import { withoutDatedComment } from './zypp-dated-comment.ts';

/**
 * `var/lib/zypp/AutoInstalled` is a sorted list of package names below a comment with the date. The
 * reader ignores comments, so the date goes and the marks stay.
 */
export const zyppAutoInstalled: Rewrite = {
  what: 'The comment with the date goes from the list of automatically installed packages of zypp.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, withoutDatedComment(bytes.toString('latin1')));
  },
};
