/** Compiled code that holds the times of its sources: Python rewrites follow them, Julia caches are reported. */
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
 * Compiled Python holds the mtime of its source, and Python recompiles on every start where it differs
 * from the source's. So the header follows when the source gets another time. Files that were already stale
 * stay stale, and are dropped if no package owns them. Files with a hash of the source (PEP 552) hold no time.
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
    // Without a source the file is itself the module, and its header is not compared.
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

/** `\xfbjli\r\n\x1a\n` (julia: src/staticdata_utils.c, JI_MAGIC). */
const MAGIC = Buffer.from('fb6a6c690d0a1a0a', 'hex');
const SOURCE_SUFFIX = Buffer.from('.jl');
/** Linux: PATH_MAX. */
const PATH_MAX = 4096;
/** The time that Julia accepts for every file of a Nix store, whatever is recorded (base/loading.jl). */
const ACCEPTED_TIME = 1;

/**
 * Precompiled packages of Julia up to 1.10 hold the path of each source with its time as a double: a 32-bit
 * length, the path, the time, all little-endian. A cache is used only where the source has that time, its floor or its
 * ceiling, or 1. Later releases compare digests. The file ends with a checksum, and its layout differs between
 * releases, so it is reported rather than rewritten.
 */
export const juliaCache: Rewrite = {
  what: 'Precompiled Julia packages stay as they are; those whose sources get another time are reported.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { lookUp }) {
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return UNCHANGED;
    for (const { path, time } of recordedSources(bytes)) {
      const source = lookUp(path.replace(/^\/+/, ''));
      if (source === undefined || !isTaken(time, source) || isAccepted(time, source.finalMtime)) continue;
      const why = `holds the time of ${path}, which becomes ${source.finalMtime}: Julia compiles the package again at every start; use an epoch of ${ACCEPTED_TIME}, which it accepts, or precompile with sources of the final time`;
      return { outcome: 'stale', why };
    }
    return UNCHANGED;
  },
};

function* recordedSources(bytes: Buffer): Generator<{ path: string; time: number }, void, void> {
  for (let at = bytes.indexOf(SOURCE_SUFFIX); at !== -1; at = bytes.indexOf(SOURCE_SUFFIX, at + 1)) {
    const end = at + SOURCE_SUFFIX.length;
    if (end + 8 > bytes.length) return;
    const start = startOf(bytes, end);
    if (start !== undefined)
      yield { path: bytes.toString('latin1', start, end), time: bytes.readDoubleLE(end) };
  }
}

/** Start of the path that ends at `end`: after its length. */
function startOf(bytes: Buffer, end: number): number | undefined {
  for (let start = end - SOURCE_SUFFIX.length; start >= 4 && end - start <= PATH_MAX; start -= 1) {
    if (bytes[start] === 0) return undefined;
    if (bytes[start] === 0x2f && bytes.readUInt32LE(start - 4) === end - start) return start;
  }
  return undefined;
}

/** Whether the cache is valid before anything changes. */
function isTaken(time: number, { mtime, nanoseconds }: Neighbour): boolean {
  return Math.abs(time - (mtime + nanoseconds / 1e9)) < 1e-5 || isAccepted(time, mtime);
}

function isAccepted(time: number, mtime: number): boolean {
  return [time, Math.floor(time), Math.ceil(time), ACCEPTED_TIME].includes(mtime);
}
