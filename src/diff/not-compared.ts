/** What a comparison of two sources cannot tell, since one of them cannot hold it, or it was not read. */
import type { Source } from '../source/source.ts';
import { showPath } from '../tree/path.ts';

/** Paths that are named of one kind. */
const NAMED = 5;

/** What is left out of every archive and tree, by the code of its warning. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'mount-point': 'what is mounted at',
  socket: 'sockets',
};

/** Each a clause; none where all was compared. */
export function notCompared(a: Source, b: Source): string[] {
  const found: string[] = [];
  const [isWhole, isOtherWhole] = [a.hasWholeSeconds === true, b.hasWholeSeconds === true];
  const fractions = (source: Source): boolean =>
    source.tree.entries.some(({ nanoseconds }) => nanoseconds !== 0);
  if (isWhole !== isOtherWhole && fractions(isWhole ? b : a)) {
    found.push(`fractions of a second in times: side ${isWhole ? 'A' : 'B'} has whole seconds`);
  }
  for (const [side, source] of [
    ['A', a],
    ['B', b],
  ] as const) {
    for (const [code, what] of Object.entries(LEFT_OUT)) {
      const paths = source.warnings.flatMap((warning) =>
        warning.code === code ? [showPath(warning.path)] : [],
      );
      if (paths.length === 0) continue;
      const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
      found.push(`${what} ${paths.slice(0, NAMED).join(', ')}${more} in side ${side}`);
    }
    for (const { code, message } of source.warnings) {
      if (code === 'xattr-unchecked') found.push(`extended attributes in side ${side}: ${message}`);
    }
  }
  return found;
}
