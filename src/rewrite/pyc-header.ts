import { fail, need } from './malformation.ts';

/**
 * Header of a compiled Python file, little endian:
 *
 * - 0 magic u16 and `\r\n`: the version of the bytecode
 * - from 3.7 (PEP 552): 4 flags u32, 8 source mtime u32, 12 source size u32; or 8 hash of the source
 * - 3.3 to 3.6: 4 source mtime u32, 8 source size u32
 * - before, and 2: 4 source mtime u32
 */
export interface PycHeader {
  /** Offset of the source's mtime, low 32 bits; undefined where the file holds a hash instead. */
  readonly mtimeAt: number | undefined;
  /** Offset of the source's size, low 32 bits; undefined where the version has none. */
  readonly sizeAt: number | undefined;
}

const HASH_BASED = 1;
const CHECK_SOURCE = 2;

/** First and last magic number of each layout, by CPython's importlib/_bootstrap_external.py and import.c. */
const LAYOUTS: readonly { from: number; to: number; flags: boolean; size: boolean }[] = [
  { from: 3392, to: 3999, flags: true, size: true }, // 3.7a4 on
  { from: 3210, to: 3391, flags: false, size: true }, // 3.3a1 to 3.7a2
  { from: 3000, to: 3209, flags: false, size: false }, // 3.0 to 3.3a0
  { from: 62_011, to: 62_219, flags: false, size: false }, // 2.3 to 2.7, PyPy of 2.7
];

/** To be run inside `orMalformed`. */
export function parsePycHeader(bytes: Buffer): PycHeader {
  need(bytes, 0, 4, 'the magic number of compiled Python');
  const magic = bytes.readUInt16LE(0);
  const layout = LAYOUTS.find(({ from, to }) => magic >= from && magic <= to);
  if (layout === undefined || bytes.readUInt16LE(2) !== 0x0a0d) {
    return fail(0, bytes.toString('hex', 0, 4), 'the magic number of a known version of CPython');
  }
  const start = layout.flags ? 8 : 4;
  need(bytes, 0, start + (layout.size ? 8 : 4), 'a whole header of compiled Python');
  if (layout.flags) {
    const flags = bytes.readUInt32LE(4);
    if ((flags & ~(HASH_BASED | CHECK_SOURCE)) !== 0 || flags === CHECK_SOURCE) {
      fail(4, `flags 0x${flags.toString(16)}`, 'flags 0, 1 or 3');
    }
    if (flags !== 0) return { mtimeAt: undefined, sizeAt: undefined };
  }
  return { mtimeAt: start, sizeAt: layout.size ? start + 4 : undefined };
}
