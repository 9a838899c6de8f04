/**
 * A decimal number of seconds since 1970 in a text, not later than the epoch. Compared by length
 * first, so numbers of any length are right.
 *
 * @param digits decimal digits only
 * @returns the digits as they are, or those of the epoch; never longer
 */
export function clampDecimal(digits: string, epoch: number): string {
  const significant = digits.replace(/^0+(?=\d)/, '');
  const latest = String(epoch);
  const isLater =
    significant.length > latest.length || (significant.length === latest.length && significant > latest);
  return isLater ? latest : digits;
}
