import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { childPath } from '../source/descriptors.ts';

/**
 * A descriptor that stands for an entry without opening it (open(2), O_PATH): no device is started, no
 * FIFO waits, no read permission is needed, and a symlink stays itself. Node has no constant for it; this
 * is its value on every architecture that Node runs on.
 */
const O_PATH = 0o10000000;

/** An entry held fast: whatever its name leads to meanwhile, `path` is still this one. */
export interface HeldEntry {
  /** Calls that take a path and follow links act on the entry itself, a symlink included. */
  readonly path: string;
  readonly descriptor: number;
  readonly stats: BigIntStats;
}

/** Runs `work` on the entry with this name in an open directory; never on what a symlink there points to. */
export function withEntry<T>(directory: number, name: string, work: (entry: HeldEntry) => T): T {
  const descriptor = openSync(childPath(directory, name), O_PATH | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    return work({ path: `/proc/self/fd/${descriptor}`, descriptor, stats });
  } finally {
    closeSync(descriptor);
  }
}
