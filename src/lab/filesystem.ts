/**
 * Where a copy of the tree is created: a fresh filesystem for each, so that inode numbers, device number and order of
 * names are the same as in the previous copy, unless they are what is varied. Mounts are made in the lab's own mount
 * namespace and vanish with it, however it ends.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../source/source.ts';
import { makeDirectories } from '../system/files.ts';
import { type Environment, HelperFailed, runHelper } from './command.ts';
import type { Host } from './host.ts';

export type FilesystemName =
  | 'directory'
  | 'tmpfs'
  | 'ext4'
  | 'ext4-other-hash'
  | 'btrfs'
  | 'btrfs-subvolume'
  | 'xfs'
  | 'overlay'
  | 'overlay-xino'
  | 'squashfs'
  | 'erofs'
  | 'shuffled-reads'
  | 'padded-blocks';

/** A filesystem in preparation: the tree is created in `makeIn`, and is found below `directory` after `finish`. */
export interface Filesystem {
  readonly makeIn: string;
  /** Where only its directories are to be created a second time; undefined for most. */
  readonly directoriesIn: string | undefined;
  readonly directory: string;
  /** Called when the tree has been created in `makeIn`. */
  finish(): Promise<void>;
  /** Unmounts everything; ignores mounts that are already gone. */
  remove(): Promise<void>;
}

interface FilesystemContext {
  /** An empty directory on an ordinary filesystem. */
  readonly scratch: string;
  /** Upper limit of the bytes that the tree takes. */
  readonly bytes: number;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Mount with access times that get updated; otherwise they stay as they are. */
  readonly movingAccessTimes: boolean;
  readonly keeper: DeviceKeeper;
  /** Whether the filesystem of the tree has to have a different device number, if it is a tmpfs. */
  readonly otherDevice: boolean;
}

/** Fixed, so that filesystems meant to be alike are alike: used as mkfs's UUID and as the seed of ext4's hashes. */
const IDENTITY = '5f1d0000-0000-4000-8000-000000000001';
const OTHER_HASH = '5f1d0000-0000-4000-8000-000000000002';

/** Name of the directory that holds the tree: the path is the same for each filesystem. */
const MAIN = 'mounted';

const MIB = 1024 * 1024;
/** Space taken by the filesystem itself; mkfs.btrfs requires 109 MiB, mkfs.xfs 300. */
const OVERHEAD = 128 * MIB;
const XFS_OVERHEAD = 320 * MIB;

/** Programs that must be present, by filesystem. */
export const FILESYSTEM_TOOLS: Readonly<Record<FilesystemName, readonly string[]>> = {
  directory: [],
  tmpfs: ['mount', 'umount'],
  ext4: ['mount', 'umount', 'mkfs.ext4'],
  'ext4-other-hash': ['mount', 'umount', 'mkfs.ext4'],
  btrfs: ['mount', 'umount', 'mkfs.btrfs'],
  'btrfs-subvolume': ['mount', 'umount', 'mkfs.btrfs', 'btrfs'],
  xfs: ['mount', 'umount', 'mkfs.xfs'],
  overlay: ['mount', 'umount'],
  'overlay-xino': ['mount', 'umount'],
  squashfs: ['mount', 'umount', 'mksquashfs'],
  erofs: ['mount', 'umount', 'mkfs.erofs'],
  'shuffled-reads': ['disorderfs', 'fusermount'],
  'padded-blocks': ['disorderfs', 'fusermount'],
};

/** @throws HelperFailed where the filesystem cannot be created or mounted here */
export async function makeFilesystem(name: FilesystemName, context: FilesystemContext): Promise<Filesystem> {
  const mounts = new Mounts(context);
  try {
    return await PLACES[name](mounts);
  } catch (error) {
    await mounts.removeAll();
    throw error;
  }
}

class Mounts {
  readonly context: FilesystemContext;
  readonly #mounted: { readonly at: string; readonly unmount: () => Promise<unknown> }[] = [];

  constructor(context: FilesystemContext) {
    this.context = context;
  }

  directory(name: string): string {
    const path = join(this.context.scratch, name);
    mkdirSync(path);
    return path;
  }

  run(...argv: string[]): Promise<string> {
    return runHelper(argv, this.context.env, this.context.signal);
  }

  async mount(at: string, ...args: string[]): Promise<string> {
    await this.run('mount', ...args, at);
    this.#mounted.push({ at, unmount: () => runHelper(['umount', at], this.context.env) });
    return at;
  }

  get options(): string {
    return this.context.movingAccessTimes ? 'strictatime' : 'noatime';
  }

  tmpfs(name: string): Promise<string> {
    return this.mount(this.directory(name), '-t', 'tmpfs', '-o', this.#tmpfsOptions(), 'stillroot-lab');
  }

  #tmpfsOptions(): string {
    return `${this.options},size=${2 * this.context.bytes + OVERHEAD},mode=755`;
  }

  /** The filesystem of a tree, with the device number of the control or, on purpose, a different one. */
  async main(): Promise<string> {
    const { keeper, otherDevice } = this.context;
    const at = this.directory(MAIN);
    await keeper.mount(at, this.#tmpfsOptions(), otherDevice);
    this.#mounted.push({ at, unmount: () => keeper.unmount(at) });
    return at;
  }

  /** A sparse file: it only takes the space written to it. */
  async image(name: string, overhead: number, make: readonly string[]): Promise<string> {
    const file = join(this.context.scratch, `${name}.image`);
    await this.run('truncate', '-s', String(2 * this.context.bytes + overhead), file);
    await this.run(...make, file);
    return this.mount(this.directory(name), '-o', `loop,${this.options}`, file);
  }

  async fuse(from: string, at: string, ...options: string[]): Promise<void> {
    await this.run('disorderfs', '--quiet', ...options, from, at);
    this.#mounted.push({ at, unmount: () => runHelper(['fusermount', '-u', at], this.context.env) });
  }

  async removeAll(): Promise<void> {
    for (const { at, unmount } of this.#mounted.splice(0).reverse()) {
      try {
        await unmount();
      } catch (error) {
        if (!(error instanceof HelperFailed)) throw error;
        // Still busy: a lazy unmount removes it once its users end, or at the latest with the namespace.
        await runHelper(['umount', '--lazy', at], this.context.env);
      }
    }
    rmSync(this.context.scratch, { recursive: true, force: true });
  }

  place(
    makeIn: string,
    directory: string = makeIn,
    finish?: () => Promise<void>,
    directoriesIn?: string,
  ): Filesystem {
    return {
      makeIn,
      directoriesIn,
      directory,
      finish: finish ?? (async () => {}),
      remove: () => this.removeAll(),
    };
  }
}

type Maker = (mounts: Mounts) => Promise<Filesystem>;

const ext4 =
  (hash: string): Maker =>
  async (mounts) => {
    const make = ['mkfs.ext4', '-q', '-I', '256', '-b', '4096', '-U', IDENTITY];
    return mounts.place(await mounts.image(MAIN, OVERHEAD, [...make, '-E', `hash_seed=${hash}`]));
  };

const btrfs: Maker = async (mounts) =>
  mounts.place(await mounts.image(MAIN, OVERHEAD, ['mkfs.btrfs', '-q', '-U', IDENTITY]));

const disordered =
  (...options: string[]): Maker =>
  async (mounts) => {
    const below = await mounts.tmpfs('below');
    const at = mounts.directory(MAIN);
    return mounts.place(below, at, () => mounts.fuse(below, at, ...options));
  };

/** Read-only filesystems, made from a tree on a tmpfs. */
const readOnly =
  (make: (from: string, image: string) => string[]): Maker =>
  async (mounts) => {
    const below = await mounts.tmpfs('below');
    const at = mounts.directory(MAIN);
    return mounts.place(below, at, async () => {
      const image = join(mounts.context.scratch, 'read-only.image');
      await mounts.run(...make(below, image));
      await mounts.mount(at, '-o', 'loop,ro', image);
    });
  };

const overlay =
  (xino: boolean): Maker =>
  async (mounts) => {
    const below = await mounts.tmpfs('below');
    // Upper and work directory on another filesystem: inode numbers of two filesystems are then mixed.
    const above = await mounts.tmpfs('above');
    const at = mounts.directory(MAIN);
    mkdirSync(join(below, 'lower'));
    for (const name of ['upper', 'work']) mkdirSync(join(above, name));
    const mount = async (): Promise<void> => {
      const layers = `lowerdir=${below}/lower,upperdir=${above}/upper,workdir=${above}/work`;
      await mounts.mount(at, '-t', 'overlay', '-o', `${layers},xino=${xino ? 'on' : 'off'}`, 'stillroot-lab');
    };
    // A directory merged from two has a link count of one, regardless of its contents.
    return mounts.place(join(below, 'lower'), at, mount, xino ? undefined : join(above, 'upper'));
  };

const PLACES: Readonly<Record<FilesystemName, Maker>> = {
  directory: async (mounts) => mounts.place(mounts.directory(MAIN)),
  tmpfs: async (mounts) => mounts.place(await mounts.main()),
  ext4: ext4(IDENTITY),
  'ext4-other-hash': ext4(OTHER_HASH),
  btrfs,
  'btrfs-subvolume': btrfs,
  xfs: async (mounts) =>
    mounts.place(await mounts.image(MAIN, XFS_OVERHEAD, ['mkfs.xfs', '-q', '-m', `uuid=${IDENTITY}`])),
  overlay: overlay(false),
  'overlay-xino': overlay(true),
  squashfs: readOnly((from, image) => ['mksquashfs', from, image, '-quiet', '-no-progress', '-comp', 'gzip']),
  erofs: readOnly((from, image) => ['mkfs.erofs', '--quiet', image, from]),
  'shuffled-reads': disordered('--shuffle-dirents=yes', '--pad-blocks=0', '--multi-user=yes'),
  'padded-blocks': disordered(
    '--sort-dirents=yes',
    '--reverse-dirents=no',
    '--pad-blocks=3',
    '--multi-user=yes',
  ),
};

// The filesystem on which trees are created by default.

/** Memory that is left free where trees are created on a tmpfs. */
const SPARE_MEMORY = 512 * 1024 * 1024;

/** Space that the files of the tree take on a disk, including what filesystems round up to. */
export function spaceOf({ tree: { entries } }: Source): number {
  return entries.reduce((sum, { size }) => sum + Math.ceil(size / 4096) * 4096 + 4096, 0);
}

/** The filesystem for the copies of a tree of `bytes` bytes; adds the reason to `notes` if it is not the best one. */
export function choosePlace(host: Host, bytes: number, notes: string[]): FilesystemName {
  if (!host.isRoot || !host.hasOwnMounts) {
    notes.push('without root and mounts of its own, inode numbers and the order of names are not controlled');
    return 'directory';
  }
  if (host.memoryAvailable < 3 * bytes + SPARE_MEMORY) {
    notes.push('the tree is too large for a filesystem in memory, so inode numbers are not controlled');
    return 'directory';
  }
  return 'tmpfs';
}

// Keeps one device number for the trees of the lab. The kernel gives each mount the lowest free number, so two
// filesystems mounted one after the other have the same number, unless another process mounts something in between.
// Between two trees an empty filesystem holds the number, and each handover is a single command.

/** Maximum number of mounts moved aside to reach a number, or to avoid it. */
const MAX_ASIDE = 64;

const EXCHANGE = `umount "$1" && exec mount -t tmpfs -o "$2" stillroot-lab "$3"`;

export class DeviceKeeper {
  readonly #standIn: string;
  readonly #aside: string;
  readonly #env: Environment;
  #number: bigint | undefined;
  #isStandIn = false;

  /** @param directory private to the keeper; is created */
  constructor(directory: string, env: Environment) {
    this.#standIn = `${directory}/stand-in`;
    this.#aside = `${directory}/aside`;
    this.#env = env;
    for (const path of [directory, this.#standIn, this.#aside]) mkdirSync(path);
  }

  /**
   * Mounts a tmpfs. The first one decides which number is kept.
   *
   * @param other whether it has to have a different number; otherwise it gets the same one, unless another process has
   * taken it
   */
  async mount(at: string, options: string, other: boolean): Promise<void> {
    if (this.#isStandIn && !other) {
      this.#isStandIn = false;
      await this.#exchange(this.#standIn, options, at);
    } else {
      await this.#run('mount', '-t', 'tmpfs', '-o', options, 'stillroot-lab', at);
    }
    this.#number ??= numberOf(at);
    await this.#search(at, options, other);
  }

  async unmount(at: string): Promise<void> {
    if (this.#isStandIn || numberOf(at) !== this.#number) {
      await this.#run('umount', at);
      return;
    }
    await this.#exchange(at, 'size=4k', this.#standIn);
    this.#isStandIn = true;
  }

  async release(): Promise<void> {
    if (this.#isStandIn) await this.#run('umount', this.#standIn);
    this.#isStandIn = false;
  }

  #run(...argv: string[]): Promise<string> {
    return runHelper(argv, this.#env);
  }

  async #exchange(from: string, options: string, at: string): Promise<void> {
    try {
      await this.#run('sh', '-c', EXCHANGE, 'sh', from, options, at);
    } catch (error) {
      if (!(error instanceof HelperFailed)) throw error;
      // Still busy: a lazy unmount removes it once its users end, or at the latest with the namespace.
      await this.#run('umount', '--lazy', from);
      await this.#run('mount', '-t', 'tmpfs', '-o', options, 'stillroot-lab', at);
    }
  }

  /**
   * Moves mounts with a wrong number aside, where they keep it occupied, until the right one comes or has been passed.
   */
  async #search(at: string, options: string, other: boolean): Promise<void> {
    const wanted = this.#number as bigint;
    const isWrong = (): boolean => (other ? numberOf(at) === wanted : numberOf(at) < wanted);
    const moved: string[] = [];
    while (isWrong() && moved.length < MAX_ASIDE) {
      const name = `${this.#aside}/${moved.length}`;
      makeDirectories(name);
      await this.#run('mount', '--move', at, name);
      moved.push(name);
      await this.#run('mount', '-t', 'tmpfs', '-o', options, 'stillroot-lab', at);
    }
    for (const name of moved) await this.#run('umount', name);
  }
}

function numberOf(path: string): bigint {
  return statSync(path, { bigint: true }).dev;
}
