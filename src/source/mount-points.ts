import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/**
 * Which directories and files below a root are mount points. The device number of stat(2) alone is not
 * enough: a bind mount of the same filesystem has the same number, and a btrfs subvolume has another
 * without being mounted. The mount table shows the first, the mount id of an open descriptor the second.
 */
export interface MountPoints {
  /** Byte strings relative to the root. */
  readonly paths: ReadonlySet<string>;
  /** Whether the directory of the descriptor is on another mount than the root. */
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

/** Bytes; pos, flags and mnt_id come first, and each is a short number. */
const INFO_SIZE = 256;
/** Descriptors of /proc files held by one reader. */
const HELD_MAX = 8;

/**
 * The mount of an open file. Only this distinguishes a bind mount of the same filesystem from the
 * tree: st_dev is the same. Numbers are those of this process's mount namespace (proc_pid_fdinfo(5)).
 */
export class MountIds {
  readonly #buffer = Buffer.alloc(INFO_SIZE);
  /** By descriptor number. The kernel looks up the file with that number at each read. */
  readonly #infos = new Map<number, number>();

  /** Undefined where the kernel does not report it, which is before Linux 3.15. */
  of(descriptor: number): string | undefined {
    const held = this.#infos.get(descriptor);
    if (held !== undefined) return this.#read(held);
    const info = openSync(`/proc/self/fdinfo/${descriptor}`, 'r');
    if (this.#infos.size < HELD_MAX) {
      this.#infos.set(descriptor, info);
      return this.#read(info);
    }
    try {
      return this.#read(info);
    } finally {
      closeSync(info);
    }
  }

  close(): void {
    for (const info of this.#infos.values()) closeSync(info);
    this.#infos.clear();
  }

  #read(info: number): string | undefined {
    const length = readSync(info, this.#buffer, 0, INFO_SIZE, 0);
    return /^mnt_id:\s*(\d+)$/m.exec(this.#buffer.toString('latin1', 0, length))?.[1];
  }
}

/** Mount id of one descriptor, read once. */
export function mountIdOf(descriptor: number): string | undefined {
  const ids = new MountIds();
  try {
    return ids.of(descriptor);
  } finally {
    ids.close();
  }
}
