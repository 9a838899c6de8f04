/** Longer words are not typing errors, and computing the distance takes quadratic time. */
const MAX_LENGTH = 64;
/** Fewer letters begin too many words. */
const BEGINNING_MIN = 4;

/**
 * The known word that was probably meant: it matches the part after the last slash, it is the shortest that begins so, or at
 * most a third of its letters differ.
 */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const byName = known.find((each) => each.endsWith(`/${word}`));
  if (byName !== undefined) return byName;
  if (word.length >= BEGINNING_MIN) {
    const begun = known.filter((each) => each.startsWith(word) || each.includes(`/${word}`));
    const [shortest] = begun.sort((a, b) => a.length - b.length);
    if (shortest !== undefined) return shortest;
  }
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of known) {
    if (each.length > MAX_LENGTH) continue;
    const away = distance(word.toLowerCase(), each.toLowerCase());
    if (away < least && away <= Math.max(1, Math.floor(each.length / 3)) && away < each.length) {
      best = each;
      least = away;
    }
  }
  return best;
}

/** For the end of a message: the suggestion, or else all known words if there are few. */
export function didYouMean(word: string, known: readonly string[], plural: string): string {
  const best = suggest(word, known);
  if (best !== undefined) return `Did you mean '${best}'?`;
  return `Known ${plural}: ${known.length === 0 ? 'none' : known.join(', ')}.`;
}

/**
 * Damerau-Levenshtein distance in its restricted form (optimal string alignment): insertions,
 * deletions, replacements, and transpositions of neighbours.
 */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
