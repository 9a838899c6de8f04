import { readFileSync, readlinkSync } from 'node:fs';
import { mountIdOf } from './mount-id.ts';

/**
 * Which directories and files below a root are mount points. The device number of stat(2) alone
 * does not tell: a bind mount of the same filesystem has the same one, and a btrfs subvolume another
 * without being mounted. The mount table tells the first, the mount id of an open descriptor the second.
 */
export interface MountPoints {
  /** Byte strings relative to the root. */
  readonly paths: ReadonlySet<string>;
  /** True where the directory behind the descriptor lies on another mount than the root. */
  isOtherMount(directory: number): boolean;
}

/** @param root an open descriptor of the root directory */
export function readMountPoints(root: number): MountPoints {
  const real = readlinkSync(`/proc/self/fd/${root}`, { encoding: 'buffer' }).toString('latin1');
  const prefix = real === '/' ? '/' : `${real}/`;
  const paths = new Set<string>();
  for (const line of readFileSync('/proc/self/mountinfo', 'latin1').split('\n')) {
    // Fields (proc_pid_mountinfo(5)): 1 mount id, 2 parent, 3 device, 4 root, 5 mount point, ...
    const point = line.split(' ')[4];
    if (point === undefined) continue;
    const path = unescapeOctal(point);
    if (path.startsWith(prefix)) paths.add(path.slice(prefix.length));
  }
  const rootMount = mountIdOf(root);
  return { paths, isOtherMount: (directory) => mountIdOf(directory) !== rootMount };
}

/** The mount table writes space, tab, newline and backslash as `\ooo`. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
