import { orMalformed } from './malformation.ts';
import { parsePycHeader } from './pyc-header.ts';
import { pycSource } from './pyc-source.ts';
import {
  type Neighbour,
  type Rewrite,
  type RewriteContext,
  type RewriteResult,
  rewritten,
  UNCHANGED,
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
    if (bytes.length === 0) return UNCHANGED;
    return orMalformed(() => follow(bytes, context));
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
