/** What a comparison of two sources cannot tell, since one of them cannot hold it, or it was not read. */
import { leftOutTexts } from '../source/left-out.ts';
import type { Source } from '../source/source.ts';

/** Each a clause; none where all was compared. */
export function notCompared(a: Source, b: Source): string[] {
  const found: string[] = [];
  const [isWhole, isOtherWhole] = [a.hasWholeSeconds === true, b.hasWholeSeconds === true];
  const fractions = (source: Source): boolean =>
    source.tree.entries.some(({ nanoseconds }) => nanoseconds !== 0);
  if (isWhole !== isOtherWhole && fractions(isWhole ? b : a)) {
    found.push(`fractions of a second in times: side ${isWhole ? 'A' : 'B'} has only whole seconds`);
  }
  for (const [side, source] of [
    ['A', a],
    ['B', b],
  ] as const) {
    found.push(...leftOutTexts(source).map((text) => `${text} on side ${side}`));
    for (const { code, message } of source.warnings) {
      if (code === 'xattr-unchecked') found.push(`extended attributes on side ${side}: ${message}`);
    }
  }
  return found;
}
