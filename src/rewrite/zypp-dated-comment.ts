/** SolvIdentFile::store and RequestedLocalesFile::store of libzypp: `# AutoInstalled generated Mon Nov 20 10:00:00 2023`. */
const DATED_COMMENT = /^(?:# \S+ generated [^\n]*\n)+/;

/** A state file of libzypp, as a byte string, without the comment on top that says when it was written. */
export function withoutDatedComment(text: string): string {
  return text.replace(DATED_COMMENT, '');
}
