import { type Neighbour, type Rewrite, UNCHANGED } from './rewrite.ts';

/** `\xfbjli\r\n\x1a\n` (julia: src/staticdata_utils.c, JI_MAGIC). */
const MAGIC = Buffer.from('fb6a6c690d0a1a0a', 'hex');
const SOURCE_SUFFIX = Buffer.from('.jl');
/** Linux: PATH_MAX. */
const PATH_MAX = 4096;
/** The time that Julia takes for every file of a Nix store, whatever is recorded (base/loading.jl). */
const ACCEPTED_TIME = 1;

/**
 * Precompiled packages of Julia up to 1.10 hold the path of each source with its time as a double: a length of 32
 * bits, the path, the time, all little-endian. A cache is taken only where the source has that time, its floor or its
 * ceiling, or 1. Later releases compare digests. A check sum over the file ends it, and its layout differs between
 * releases, so it is not rewritten but reported.
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

/** Where a path that ends at `end` begins: after its own length. */
function startOf(bytes: Buffer, end: number): number | undefined {
  for (let start = end - SOURCE_SUFFIX.length; start >= 4 && end - start <= PATH_MAX; start -= 1) {
    if (bytes[start] === 0) return undefined;
    if (bytes[start] === 0x2f && bytes.readUInt32LE(start - 4) === end - start) return start;
  }
  return undefined;
}

/** Whether the cache is good before anything changes. */
function isTaken(time: number, { mtime, nanoseconds }: Neighbour): boolean {
  return Math.abs(time - (mtime + nanoseconds / 1e9)) < 1e-5 || isAccepted(time, mtime);
}

function isAccepted(time: number, mtime: number): boolean {
  return [time, Math.floor(time), Math.ceil(time), ACCEPTED_TIME].includes(mtime);
}
