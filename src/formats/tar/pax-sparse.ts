/**
 * Pax records of GNU sparse files: version 0.0 has a pair of records a segment, 0.1 one record with all
 * of them, 1.0 a map in front of the data. GNU tar manual, "PAX Format".
 */
import type { TarLimits } from './limits.ts';
import { parseDecimal, SIZE_RANGE } from './number.ts';
import type { PaxHeader, PaxValue } from './pax.ts';
import { quote, type TarProblems } from './problems.ts';
import { SegmentList } from './segments.ts';

export interface PaxSparse {
  /** Bytes of the file, holes included. */
  readonly size: number;
  readonly segments: SegmentList;
  /** Whether the map is still to come, in front of the data: version 1.0. */
  readonly mapInData: boolean;
}

/**
 * @param at of the member's header, for messages
 * @returns undefined where the records tell of no sparse file
 * @throws archive-malformed, archive-not-supported
 */
export function readPaxSparse(
  pax: PaxHeader,
  limits: TarLimits,
  at: number,
  problems: TarProblems,
): PaxSparse | undefined {
  const version = versionOf(pax, at, problems);
  if (version === undefined) return undefined;
  const realSize = pax.values.get('GNU.sparse.realsize') ?? pax.values.get('GNU.sparse.size');
  if (realSize === undefined) throw problems.malformed('a sparse file has no GNU.sparse size', at);
  const size = decimalOf(realSize, 'the size of a sparse file', problems);
  const segments = new SegmentList(size, limits, problems);
  if (version === '0.0') addPairs(pax.sparsePairs, segments, problems);
  else if (version === '0.1') addMap(pax.values.get('GNU.sparse.map') as PaxValue, segments, problems);
  return { size, segments, mapInData: version === '1.0' };
}

function versionOf(pax: PaxHeader, at: number, problems: TarProblems): '0.0' | '0.1' | '1.0' | undefined {
  // Before 1.0 there was no need to say which.
  const major = pax.values.get('GNU.sparse.major')?.value ?? '0';
  const minor = pax.values.get('GNU.sparse.minor')?.value ?? '0';
  if (major === '1' && minor === '0') return '1.0';
  if (major !== '0' || !['0', '1'].includes(minor)) {
    throw problems.notSupported(
      `a sparse file of version ${quote(`${major}.${minor}`)}, and 0.0, 0.1 and 1.0 are read`,
      at,
      'Pack it without --sparse.',
    );
  }
  if (pax.values.has('GNU.sparse.map')) return '0.1';
  const named = ['GNU.sparse.size', 'GNU.sparse.realsize', 'GNU.sparse.numblocks', 'GNU.sparse.major'];
  return pax.sparsePairs.length > 0 || named.some((keyword) => pax.values.has(keyword)) ? '0.0' : undefined;
}

function addPairs(pairs: readonly PaxValue[], segments: SegmentList, problems: TarProblems): void {
  for (let index = 0; index < pairs.length; index += 2) {
    const [offset, size] = [pairs[index] as PaxValue, pairs[index + 1]];
    if (size === undefined) {
      throw problems.malformed('GNU.sparse.offset has no GNU.sparse.numbytes behind it', offset.offset);
    }
    segments.add(
      decimalOf(offset, 'GNU.sparse.offset', problems),
      decimalOf(size, 'GNU.sparse.numbytes', problems),
      offset.offset,
    );
  }
}

function addMap(map: PaxValue, segments: SegmentList, problems: TarProblems): void {
  const numbers = map.value
    .split(',')
    .map((digits) =>
      decimalOf({ value: digits, offset: map.offset }, 'a number of GNU.sparse.map', problems),
    );
  if (numbers.length % 2 === 1) {
    throw problems.malformed(`GNU.sparse.map has ${numbers.length} numbers, wanted pairs`, map.offset);
  }
  for (let index = 0; index < numbers.length; index += 2) {
    segments.add(numbers[index] as number, numbers[index + 1] as number, map.offset);
  }
}

function decimalOf({ value, offset }: PaxValue, name: string, problems: TarProblems): number {
  const number = parseDecimal(value, SIZE_RANGE);
  if (number !== undefined) return number;
  throw problems.malformed(
    `${name} is ${quote(value)}, wanted a decimal number up to ${SIZE_RANGE.maximum}`,
    offset,
  );
}
