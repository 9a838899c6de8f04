import xxhash from 'xxhash-wasm';
import { pathToBytes } from '../tree/path.ts';

/**
 * XXH32 of path bytes. Two seeds, so that block cuts and the inode numbers of hard-link groups
 * are independent of each other. Both determine output bytes and so belong to the profile.
 */
export interface PathHashes {
  readonly forCut: (path: string) => number;
  readonly forInode: (path: string) => number;
}

const CUT_SEED = 0;
const INODE_SEED = 1;

/**
 * Loads XXH32; the hashes of a path (its bytes) for cutting blocks (seed 0) and numbering inodes (seed 1),
 * 32 bits unsigned.
 */
export async function loadPathHashes(): Promise<PathHashes> {
  const { h32Raw } = await xxhash();
  return {
    forCut: (path) => h32Raw(pathToBytes(path), CUT_SEED) >>> 0,
    forInode: (path) => h32Raw(pathToBytes(path), INODE_SEED) >>> 0,
  };
}
