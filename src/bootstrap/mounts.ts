import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { readMountPoints } from '../source/mount-points.ts';

/**
 * Unmounts what a bootstrap left mounted below a directory, the innermost first: below /dev of a tree there may be
 * the devices of this machine.
 *
 * @throws StillrootError `bootstrap-failed` where something stays mounted
 */
export function unmountBelow(directory: string): void {
  const root = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const real = readlinkSync(`/proc/self/fd/${root}`, { encoding: 'buffer' }).toString('latin1');
    // Each time anew: what is mounted twice in one place is in the table twice, and in the set once.
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      const found = [...readMountPoints(root).paths].sort((a, b) => b.length - a.length);
      if (found.length === 0) return;
      const [deepest = ''] = found;
      if (found.length >= before && !unmount(`${real}/${deepest}`, ['-l'])) {
        throw new StillrootError('bootstrap-failed', 'is mounted and cannot be unmounted', {
          where: `${real}/${deepest}`,
          hint: `Unmount it, then remove ${directory}.`,
        });
      }
      before = found.length;
      for (const path of found) unmount(`${real}/${path}`, []);
    }
  } finally {
    closeSync(root);
  }
}

/** @returns whether it worked; a path is given as bytes, which only standard input carries */
function unmount(path: string, options: readonly string[]): boolean {
  const input = Buffer.from(`${path}\0`, 'latin1');
  const { status } = spawnSync('xargs', ['-0', 'umount', ...options, '--'], {
    input,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return status === 0;
}
