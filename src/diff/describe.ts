/** Files of formats that few people read in hex: what their headers say. */
import { parsePycHeader } from '../rewrite/pyc-header.ts';

type Describe = (bytes: Buffer) => string[] | undefined;

const FORMATS: readonly (readonly [suits: (path: string, bytes: Buffer) => boolean, describe: Describe])[] = [
  [(path) => /\.py[co]$/.test(path), describePyc],
  [(_path, bytes) => bytes.length >= 18 && bytes.readUInt16BE(0) === 0x1f8b, describeGzip],
];

/**
 * Lines for both sides, those that are equal once.
 *
 * @returns undefined for a format that is not known, or where what it says is equal
 */
export function describeKnown(path: string, a: Buffer, b: Buffer): string[] | undefined {
  const format = FORMATS.find(([suits]) => suits(path, a) && suits(path, b));
  const left = format?.[1](a);
  const right = format?.[1](b);
  if (left === undefined || right === undefined || left.join() === right.join()) return undefined;
  return left.flatMap((line, i) => (line === right[i] ? [` ${line}`] : [`-${line}`, `+${right[i] ?? ''}`]));
}

/** See rewrite/pyc-header.ts. */
function describePyc(bytes: Buffer): string[] | undefined {
  try {
    const { mtimeAt, sizeAt } = parsePycHeader(bytes);
    const code = bytes.subarray(16);
    return [
      `compiled Python, magic ${bytes.readUInt16LE(0)}`,
      mtimeAt === undefined
        ? 'holds a hash of its source'
        : `mtime of the source ${time(bytes.readUInt32LE(mtimeAt))}`,
      ...(sizeAt === undefined ? [] : [`size of the source ${bytes.readUInt32LE(sizeAt)}`]),
      `code of ${code.length} bytes`,
    ];
  } catch {
    // Not a header that is known: the bytes are shown instead.
    return undefined;
  }
}

/** RFC 1952: 3 FLG, 4 MTIME u32 little endian, 8 XFL, 9 OS, then the name if FLG says so; at the end CRC32 and size. */
function describeGzip(bytes: Buffer): string[] {
  const flags = bytes.readUInt8(3);
  const mtime = bytes.readUInt32LE(4);
  // FNAME without FEXTRA: the name follows the header.
  const hasName = (flags & 0x0c) === 0x08;
  const end = hasName ? bytes.indexOf(0, 10) : -1;
  return [
    `gzip, mtime ${mtime === 0 ? 'none' : time(mtime)}`,
    end === -1 ? 'no name' : `name ${bytes.toString('latin1', 10, Math.min(end, 110))}`,
    `compressed to ${bytes.length} bytes, CRC32 ${bytes.readUInt32LE(bytes.length - 8).toString(16)}`,
  ];
}

function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
