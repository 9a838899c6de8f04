/**
 * One block of bzip2 (there is no specification but bzip2 1.0.8 itself): Huffman codes, numbers of a list in which what was
 * used last moves to the front, runs of its first element, and the Burrows-Wheeler transform of up to 900,000 bytes.
 */
import { damaged, UnknownVariant } from '../damage.ts';
import type { BitReader } from './bit-reader.ts';

/** Symbols that a table decodes before the next one is selected. */
const GROUP_SYMBOLS = 50;
/** Selectors of a block of 900,000 bytes. Others write more, which are never used. */
const SELECTORS_MAX = 18_002;
const CODE_BITS_MAX = 20;
/** The first two symbols are digits of the length of a run. */
const RUN_B = 1;

/** Canonical Huffman codes. */
interface Table {
  readonly shortest: number;
  /** By length: the highest code of it, -1 where there is none. */
  readonly highest: Int32Array;
  /** By length: what to subtract from a code for its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

export interface TransformedBlock {
  /** Bytes before the inverse transform in the low byte, the chain to follow above it. */
  readonly chain: Uint32Array;
  readonly length: number;
  /** Where the chain begins. */
  readonly first: number;
}

/**
 * @param chain room for the bytes of a block: 100,000 for each level
 * @throws Damage, UnknownVariant; archive-malformed where the file ends
 */
export function readBlock(bits: BitReader, chain: Uint32Array): TransformedBlock {
  if (bits.read(1) === 1) {
    throw new UnknownVariant(bits.offset, 'a randomized block', 'one as bzip2 has written since 0.9.5');
  }
  const origin = bits.read(24);
  const used = readUsedBytes(bits);
  const groups = bits.read(3);
  if (groups < 2 || groups > 6) damaged(bits.offset, `${groups} Huffman tables`, '2 to 6');
  const selectors = readSelectors(bits, groups);
  const alphabet = used.length + 2;
  const tables = Array.from({ length: groups }, () => readTable(bits, alphabet));
  const counts = new Uint32Array(256);
  const length = readSymbols(bits, { chain, used, selectors, tables, counts });
  if (origin >= length) damaged(bits.offset, `the origin ${origin}`, `one below ${length}`);
  linkChain(chain, length, counts);
  return { chain, length, first: (chain[origin] as number) >>> 8 };
}

/** Byte values that occur in the block, in order: a map of sixteen maps. */
function readUsedBytes(bits: BitReader): number[] {
  const rows = bits.read(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row += 1) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column += 1) {
      if ((columns & (0x8000 >> column)) !== 0) used.push(row * 16 + column);
    }
  }
  if (used.length === 0) damaged(bits.offset, 'a block in which no byte occurs', 'at least one');
  return used;
}

/** The table of each group of symbols. */
function readSelectors(bits: BitReader, groups: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) damaged(bits.offset, 'no selector of a table', 'at least one');
  const selectors = new Uint8Array(Math.min(count, SELECTORS_MAX));
  const order = Array.from({ length: groups }, (_, at) => at);
  for (let at = 0; at < count; at += 1) {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= groups) damaged(bits.offset, `the selector ${place}`, `one below ${groups}`);
    }
    const [table = 0] = order.splice(place, 1);
    order.unshift(table);
    if (at < selectors.length) selectors[at] = table;
  }
  return selectors;
}

/** Lengths of codes, each as a difference to the one before. */
function readTable(bits: BitReader, alphabet: number): Table {
  const lengths = new Uint8Array(alphabet);
  let length = bits.read(5);
  for (let symbol = 0; symbol < alphabet; symbol += 1) {
    for (;;) {
      if (length < 1 || length > CODE_BITS_MAX) {
        damaged(bits.offset, `a code of ${length} bits`, `1 to ${CODE_BITS_MAX}`);
      }
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return tableOf(lengths);
}

function tableOf(lengths: Uint8Array): Table {
  const counts = new Int32Array(CODE_BITS_MAX + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  const highest = new Int32Array(CODE_BITS_MAX + 1).fill(-1);
  const base = new Int32Array(CODE_BITS_MAX + 1);
  const symbols = new Uint16Array(lengths.length);
  let [code, place, shortest] = [0, 0, 0];
  for (let length = 1; length <= CODE_BITS_MAX; length += 1) {
    const count = counts[length] as number;
    base[length] = code - place;
    if (count > 0) {
      if (shortest === 0) shortest = length;
      highest[length] = code + count - 1;
      for (let symbol = 0; symbol < lengths.length; symbol += 1) {
        if (lengths[symbol] === length) {
          symbols[place] = symbol;
          place += 1;
        }
      }
    }
    code = (code + count) << 1;
  }
  return { shortest, highest, base, symbols };
}

interface SymbolInput {
  readonly chain: Uint32Array;
  readonly used: readonly number[];
  readonly selectors: Uint8Array;
  readonly tables: readonly Table[];
  /** Receives how often each byte occurs. */
  readonly counts: Uint32Array;
}

/** @returns the number of bytes in the block */
function readSymbols(bits: BitReader, { chain, used, selectors, tables, counts }: SymbolInput): number {
  const recent = Uint8Array.from(used);
  const end = used.length + 1;
  let [length, group, left] = [0, 0, 0];
  let table = tables[0] as Table;
  let [run, digit] = [0, 1];
  for (;;) {
    if (left === 0) {
      if (group >= selectors.length)
        damaged(bits.offset, 'more symbols than selectors', 'the end of the block');
      table = tables[selectors[group] as number] as Table;
      group += 1;
      left = GROUP_SYMBOLS;
    }
    left -= 1;
    const symbol = readSymbol(bits, table);
    if (symbol <= RUN_B) {
      run += digit * (symbol + 1);
      digit *= 2;
      // Before a number grows that no block has room for.
      if (run > chain.length) damaged(bits.offset, `a run of ${run} bytes`, `at most ${chain.length}`);
      continue;
    }
    if (run > 0) {
      const byte = recent[0] as number;
      if (length + run > chain.length)
        damaged(bits.offset, 'more bytes than the block has room for', `${chain.length}`);
      chain.fill(byte, length, length + run);
      counts[byte] = (counts[byte] as number) + run;
      length += run;
      [run, digit] = [0, 1];
    }
    if (symbol === end) return length;
    if (length >= chain.length)
      damaged(bits.offset, 'more bytes than the block has room for', `${chain.length}`);
    const place = symbol - 1;
    const byte = recent[place] as number;
    recent.copyWithin(1, 0, place);
    recent[0] = byte;
    chain[length] = byte;
    counts[byte] = (counts[byte] as number) + 1;
    length += 1;
  }
}

function readSymbol(bits: BitReader, { shortest, highest, base, symbols }: Table): number {
  let length = shortest;
  let code = bits.read(length);
  while (code > (highest[length] as number)) {
    length += 1;
    if (length > CODE_BITS_MAX) damaged(bits.offset, 'a code that no symbol has', 'one of the table');
    code = (code << 1) | bits.read(1);
  }
  const symbol = symbols[code - (base[length] as number)];
  return symbol ?? damaged(bits.offset, 'a code that no symbol has', 'one of the table');
}

/** The inverse of the Burrows-Wheeler transform, but for walking along the chain. */
function linkChain(chain: Uint32Array, length: number, counts: Uint32Array): void {
  const next = new Uint32Array(256);
  let sum = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    next[byte] = sum;
    sum += counts[byte] as number;
  }
  for (let at = 0; at < length; at += 1) {
    const byte = (chain[at] as number) & 0xff;
    const to = next[byte] as number;
    next[byte] = to + 1;
    chain[to] = ((chain[to] as number) | (at << 8)) >>> 0;
  }
}
