import { damaged, needBytes } from '../formats/damage.ts';
import { joinPath, nameOf, parentOf } from '../tree/path.ts';
import {
  type Neighbour,
  type Rewrite,
  type RewriteContext,
  type RewriteResult,
  rewritten,
  UNCHANGED,
  unlessDamaged,
} from './rewrite.ts';

/**
 * Compiled Python holds the mtime of its source, and Python compiles again on every start where that
 * is not the source's. So the header follows where the source gets another time. Files that were stale
 * before stay stale: those of no package go. Files with a hash of the source (PEP 552) hold no time.
 */
export const pycMtime: Rewrite = {
  what: 'In compiled Python files, the time of the source becomes the one that the source will have.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes, context) {
    return unlessDamaged(bytes, () => follow(bytes, context));
  },
};

function follow(bytes: Buffer, { path, owned, lookUp }: RewriteContext): RewriteResult {
  const { mtimeAt, sizeAt } = parsePycHeader(bytes);
  const source = pycSource(path);
  if (mtimeAt === undefined || source === undefined) return UNCHANGED;
  const found = lookUp(source.path);
  if (found?.isFile !== true) {
    // Beside a missing source the file is a module of its own, and its header is not compared.
    return source.cached
      ? unlessOwned(path, owned, 'Its source is gone, and Python does not read it without.')
      : UNCHANGED;
  }
  const recorded = bytes.readUInt32LE(mtimeAt);
  const wanted = lowBits(found.finalMtime);
  const size = sizeAt === undefined ? undefined : bytes.readUInt32LE(sizeAt);
  if (!isSource(found, size)) return unlessOwned(path, owned, 'Its source has another size.');
  if (recorded === wanted) return UNCHANGED;
  if (recorded !== lowBits(found.mtime)) return unlessOwned(path, owned, 'Its source has another time.');
  const after = Buffer.from(bytes);
  after.writeUInt32LE(wanted, mtimeAt);
  return rewritten(after);
}

function isSource(source: Neighbour, size: number | undefined): boolean {
  return size === undefined || size === lowBits(source.size);
}

function lowBits(value: number): number {
  return Number(BigInt.asUintN(32, BigInt(value)));
}

function unlessOwned(path: string, owned: RewriteContext['owned'], why: string): RewriteResult {
  return owned?.(path) === false ? { outcome: 'obsolete', why } : UNCHANGED;
}

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

/** @throws Damage */
export function parsePycHeader(bytes: Buffer): PycHeader {
  needBytes(bytes, 0, 4, 'the magic number of compiled Python');
  const magic = bytes.readUInt16LE(0);
  const layout = LAYOUTS.find(({ from, to }) => magic >= from && magic <= to);
  if (layout === undefined || bytes.readUInt16LE(2) !== 0x0a0d) {
    return damaged(0, bytes.toString('hex', 0, 4), 'the magic number of a known version of CPython');
  }
  const start = layout.flags ? 8 : 4;
  needBytes(bytes, 0, start + (layout.size ? 8 : 4), 'a whole header of compiled Python');
  if (layout.flags) {
    const flags = bytes.readUInt32LE(4);
    if ((flags & ~(HASH_BASED | CHECK_SOURCE)) !== 0 || flags === CHECK_SOURCE) {
      damaged(4, `flags 0x${flags.toString(16)}`, 'flags 0, 1 or 3');
    }
    if (flags !== 0) return { mtimeAt: undefined, sizeAt: undefined };
  }
  return { mtimeAt: start, sizeAt: layout.size ? start + 4 : undefined };
}

/** PEP 3147 and PEP 488: NAME.TAG.pyc or NAME.TAG.opt-LEVEL.pyc; NAME ends at the first dot. */
const CACHED_NAME = /^([^.]+)\.[^.]+(?:\.opt-[0-9A-Za-z]+)?\.pyc$/s;
const LEGACY_NAME = /^(.+)\.py[co]$/s;

interface PycSource {
  /** Path of the .py file, whether or not there is one. */
  readonly path: string;
  /** In a `__pycache__` directory. Python does not read such a file without its source. */
  readonly cached: boolean;
}

/** The source that belongs to a compiled Python file by its name; undefined for any other name. */
function pycSource(path: string): PycSource | undefined {
  const directory = parentOf(path);
  const cached = nameOf(directory) === '__pycache__';
  const name = (cached ? CACHED_NAME : LEGACY_NAME).exec(nameOf(path))?.[1];
  if (name === undefined) return undefined;
  return { path: joinPath(cached ? parentOf(directory) : directory, `${name}.py`), cached };
}
