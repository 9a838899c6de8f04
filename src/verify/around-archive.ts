/** In what two files differ whose archives are the same bytes: how these are compressed, and what stands around them. */
import type { Around, Sized, Surrounding, Surroundings } from './verification.ts';

export function compareSurrounding(wanted: Sized | undefined, found: Sized | undefined): Surrounding {
  return {
    wanted: sizedOrNull(wanted),
    found: sizedOrNull(found),
    same: wanted?.size === found?.size && wanted?.digest === found?.digest,
  };
}

function sizedOrNull(value: Sized | undefined): Sized | null {
  return value === undefined ? null : { size: value.size, digest: value.digest };
}

/** Of two files that are not the same bytes, and whose archives are. Never empty. */
export function differingAround({ front, bootConfig }: Surroundings, isSameCompression: boolean): Around[] {
  const found: Around[] = [];
  if (!isSameCompression) found.push('compression');
  if (!front.same) found.push('front');
  if (!bootConfig.same) found.push('boot-config');
  return found.length === 0 ? ['padding'] : found;
}

/** Clauses such as `compressed in another way`. */
export function aroundTexts(around: readonly Around[], { front, bootConfig }: Surroundings): string[] {
  const texts: Readonly<Record<Around, string>> = {
    compression: 'compressed differently',
    front: oneOf(front, {
      missing: 'without the early archives in front',
      extra: 'with early archives in front that should not be there',
      other: 'with different early archives in front',
    }),
    'boot-config': oneOf(bootConfig, {
      missing: 'without the boot configuration at the end',
      extra: 'with a boot configuration at the end that should not be there',
      other: 'with a different boot configuration at the end',
    }),
    padding: 'with different bytes around it, such as zeros at the end',
  };
  return around.map((each) => texts[each]);
}

function oneOf(
  { wanted, found }: Surrounding,
  words: { readonly missing: string; readonly extra: string; readonly other: string },
): string {
  return found === null ? words.missing : wanted === null ? words.extra : words.other;
}

/** Such as `the same archive, compressed differently, with other early archives in front`. */
export function sameArchiveText(around: readonly Around[], surroundings: Surroundings): string {
  return ['the same archive', ...aroundTexts(around, surroundings)].join(', ');
}
