import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { readMountPoints } from '../source/mount-points.ts';
import { makeDirectories } from '../system/files.ts';
import type { Places } from './placeholders.ts';
import { removeTree } from './remove-tree.ts';

/** Other users may pass through: mmdebstrap and mkosi work as users that exist only in a namespace. */
const PASSABLE = 0o711;

/** The directory of one bootstrap: the tree, the home of the command, its temporary files. */
export class Scratch {
  readonly path: string;
  readonly places: Places;

  /**
   * @param parent must have enough space for the tree
   * @throws StillrootError `output-failed`
   */
  constructor(parent: string) {
    try {
      this.path = mkdtempSync(join(parent, 'stillroot-bootstrap-'));
    } catch (cause) {
      throw new StillrootError(
        'output-failed',
        `is not writable (${(cause as NodeJS.ErrnoException).code})`,
        {
          where: parent,
          hint: 'Set TMPDIR to a directory with room for the tree.',
          cause,
        },
      );
    }
    chmodSync(this.path, PASSABLE);
    const { path } = this;
    this.places = { root: `${path}/root`, archive: `${path}/root.tar`, scratch: path };
    for (const [name, mode] of [
      ['root', 0o755],
      ['home', 0o700],
      ['tmp', 0o1777],
    ] as const) {
      mkdirSync(join(path, name));
      chmodSync(join(path, name), mode);
    }
  }

  /** @param files contents by path in the directory */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      makeDirectories(join(this.path, dirname(path)));
      writeFileSync(join(this.path, path), text);
    }
  }

  /** Unmounts what the command left mounted; it is not part of the tree. */
  unmount(): void {
    unmountBelow(this.path);
  }

  /** @throws StillrootError `bootstrap-failed` where something cannot be removed */
  remove(): void {
    this.unmount();
    removeTree(this.path);
  }
}

/**
 * Unmounts what a bootstrap left mounted below a directory, the innermost first: a tree's /dev may contain the devices
 * of this machine.
 *
 * @throws StillrootError `bootstrap-failed` where something stays mounted
 */
export function unmountBelow(directory: string): void {
  const root = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const real = readlinkSync(`/proc/self/fd/${root}`, { encoding: 'buffer' }).toString('latin1');
    // The table is reread each time: what is mounted twice in one place is listed twice there, but once in the set.
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

/** @returns whether it worked; the path is passed as bytes, for which only standard input works */
function unmount(path: string, options: readonly string[]): boolean {
  const input = Buffer.from(`${path}\0`, 'latin1');
  const { status } = spawnSync('xargs', ['-0', 'umount', ...options, '--'], {
    input,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return status === 0;
}
