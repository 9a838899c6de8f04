import { type BigIntStats, closeSync, fstatSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { Entry, EntryType, HardLinkGroup } from '../tree/entry.ts';
import { joinPath, pathFromBytes } from '../tree/path.ts';
import { Tree } from '../tree/tree.ts';
import { AttributeThread } from './attribute-thread.ts';
import { DirectoryChain, quickChildPath } from './descriptors.ts';
import { DirectorySource } from './directory-source.ts';
import { type AttributeReader, attributesLost, loadAttributeReader } from './extended-attributes.ts';
import { type MountPoints, readMountPoints } from './mount-points.ts';
import { openRoot } from './open-root.ts';
import { placeOf, readFailed } from './read-failed.ts';
import type { Warning } from './source.ts';

export interface ScanOptions {
  /** Whether to enter directories on which another filesystem is mounted. Default: they are kept empty, and reported. */
  readonly crossMounts?: boolean;
  /** Names of a directory in any order; tests inject other orders to show that none matters. */
  readonly listNames?: (directory: number) => string[];
  /** Called now and then with the number of entries so far. */
  readonly onScanned?: (entries: number) => void;
  /** From which entry on another thread lists extended attributes. */
  readonly threadFrom?: number;
}

/** How many entries pass between two calls of `onScanned`. */
const TELL_EVERY = 128;
/** Below, a scan ends about when a thread has started. */
const THREAD_FROM = 1024;

/**
 * Bytes of a path. An archive allows 4095, but what a rule drops may be longer; this limit bounds memory:
 * a chain of n directories has n * n / 2 bytes of paths.
 */
const PATH_BYTES_MAX = 16_384;

/** Bytes shown of a path that is too long. */
const SHOWN_BYTES = 200;

const NANOSECONDS = 1_000_000_000n;

/** Reads the metadata of a whole tree; contents are read later, through the Source. */
export function scanDirectory(path: string, options: ScanOptions = {}): DirectorySource {
  return scanOpenDirectory(path, openRoot(path), options);
}

/**
 * The same for a root that is already open.
 *
 * @param name as the user gave it, for messages
 * @param root descriptor; the source takes over closing it
 */
export function scanOpenDirectory(name: string, root: number, options: ScanOptions = {}): DirectorySource {
  try {
    const scan = new Scan(name, root, options);
    const tree = scan.run();
    return new DirectorySource(name, root, tree, scan.warnings, scan.attributes);
  } catch (error) {
    closeSync(root);
    throw error;
  }
}

/** Raw names of an open directory, a char a byte; `.` and `..` are not among them. */
function listNames(directory: number): string[] {
  return readdirSync(`/proc/self/fd/${directory}`, { encoding: 'latin1' });
}

/** A directory and its names still to be visited. */
interface Listing {
  readonly path: string;
  readonly names: readonly string[];
  next: number;
}

/** An entry whose attributes are listed on the other thread. */
interface GivenEntry {
  readonly path: string;
  /** How many warnings came before it. */
  readonly warnings: number;
}

class Scan {
  readonly warnings: Warning[] = [];
  readonly #name: string;
  readonly #root: number;
  readonly #options: ScanOptions;
  readonly #mounts: MountPoints;
  readonly #attributes: AttributeReader | undefined;
  readonly #named = new Map<string, readonly string[]>();
  readonly #entries: Entry[] = [];
  readonly #groups = new Map<string, HardLinkGroup>();
  /** From the root to the directory being read. */
  readonly #chain: DirectoryChain;
  #device = 0n;
  #unchecked = 0;
  #thread: AttributeThread | undefined;
  /** What the thread was given, in order. */
  readonly #given: GivenEntry[] = [];

  constructor(name: string, root: number, options: ScanOptions) {
    this.#name = name;
    this.#root = root;
    this.#chain = new DirectoryChain(root);
    this.#options = options;
    this.#mounts = readMountPoints(root);
    this.#attributes = loadAttributeReader();
  }

  /** Names of the attributes of entries that have any, by path; undefined where they cannot be read. */
  get attributes(): ReadonlyMap<string, readonly string[]> | undefined {
    return this.#attributes === undefined ? undefined : this.#named;
  }

  run(): Tree {
    const stats = fstatSync(this.#root, { bigint: true });
    this.#device = stats.dev;
    if (this.#attributes !== undefined) this.#noteAttributes(this.#root, '.', '');
    try {
      this.#walk();
      this.#finishThread();
    } finally {
      this.#thread?.close();
      this.#chain.close();
    }
    for (const group of this.#groups.values()) group.outside -= group.paths.length;
    this.#reportUnchecked();
    return new Tree(makeEntry('', 'directory', stats, '', null), this.#entries);
  }

  /** Without recursion: an untrusted tree may be nested more deeply than the stack allows. */
  #walk(): void {
    const unfinished: Listing[] = [this.#list('')];
    for (let listing = unfinished.at(-1); listing !== undefined; listing = unfinished.at(-1)) {
      const name = listing.names[listing.next];
      listing.next += 1;
      if (name === undefined) {
        unfinished.pop();
        if (unfinished.length > 0) this.#guard(listing.path, () => this.#chain.leave());
        continue;
      }
      const entered = this.#visit(name, joinPath(listing.path, name));
      if (entered !== undefined) unfinished.push(entered);
    }
  }

  /** Lists the current directory. */
  #list(path: string): Listing {
    const names = this.#guard(path, () => (this.#options.listNames ?? listNames)(this.#chain.descriptor));
    // The default comparison is by UTF-16 units, which for byte strings is byte order.
    return { path, names: names.sort(), next: 0 };
  }

  /** @param name in the current directory. @returns its listing, for a directory that was entered */
  #visit(name: string, path: string): Listing | undefined {
    if (path.length > PATH_BYTES_MAX) throw this.#tooLong(path);
    const directory = this.#chain.descriptor;
    const stats = this.#guard(path, () => lstatSync(quickChildPath(directory, name), { bigint: true }));
    const type = typeOf(stats);
    if (type === 'socket') {
      this.#warn('socket', path, 'is a socket, which exists only as long as its process; left out');
      return undefined;
    }
    if (type !== 'directory' && this.#mounts.paths.has(path) && this.#options.crossMounts !== true) {
      this.#warn('mount-point', path, 'another file is mounted here; left out (--cross-mounts includes it)');
      return undefined;
    }
    const target = type === 'symlink' ? this.#readLink(directory, name, path) : '';
    this.#entries.push(makeEntry(path, type, stats, target, this.#groupOf(type, stats, path)));
    if (this.#entries.length % TELL_EVERY === 0) this.#options.onScanned?.(this.#entries.length);
    if (!this.#giveToThread(path)) this.#noteAttributes(directory, name, path);
    return type === 'directory' ? this.#enter(name, path, stats.dev) : undefined;
  }

  #enter(name: string, path: string, device: bigint): Listing | undefined {
    this.#guard(path, () => this.#chain.enter(name));
    if (this.#options.crossMounts === true || !this.#isMountPoint(this.#chain.descriptor, path, device)) {
      return this.#list(path);
    }
    this.#guard(path, () => this.#chain.leave());
    this.#warn(
      'mount-point',
      path,
      'is a mount point; packed as an empty directory (--cross-mounts enters it)',
    );
    return undefined;
  }

  #isMountPoint(directory: number, path: string, device: bigint): boolean {
    if (this.#mounts.paths.has(path)) return true;
    return device !== this.#device && this.#mounts.isOtherMount(directory);
  }

  #readLink(directory: number, name: string, path: string): string {
    return this.#guard(path, () =>
      pathFromBytes(readlinkSync(quickChildPath(directory, name), { encoding: 'buffer' })),
    );
  }

  #groupOf(type: EntryType, stats: BigIntStats, path: string): HardLinkGroup | null {
    if (type === 'directory' || stats.nlink < 2n) return null;
    const key = `${stats.dev}:${stats.ino}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      // `outside` holds the link count until the scan knows how many of the names are inside.
      group = { paths: [], outside: Number(stats.nlink) };
      this.#groups.set(key, group);
    }
    group.paths.push(path);
    return group;
  }

  #noteAttributes(directory: number, name: string, path: string): void {
    const names = this.#guard(path, () => this.#attributes?.list(directory, name));
    const warning = this.#attributesFound(path, names);
    if (warning !== undefined) this.warnings.push(warning);
  }

  #attributesFound(path: string, names: readonly string[] | undefined): Warning | undefined {
    if (names === undefined) {
      this.#unchecked += 1;
      return undefined;
    }
    if (names.length === 0) return undefined;
    this.#named.set(path, names);
    // The root has no entry, so nothing is lost.
    return path === '' ? undefined : { code: 'xattr', path, message: attributesLost(names) };
  }

  /** @returns false where the attributes are to be listed here */
  #giveToThread(path: string): boolean {
    if (this.#attributes === undefined) return false;
    if (this.#thread === undefined) {
      if (this.#entries.length < (this.#options.threadFrom ?? THREAD_FROM)) return false;
      this.#thread = new AttributeThread(this.#root, this.#attributes);
    }
    if (!this.#thread.add(path)) return false;
    this.#given.push({ path, warnings: this.warnings.length });
    return true;
  }

  /** What the thread has found, as if it had been found when the entry was visited. */
  #finishThread(): void {
    const earlier = [...this.warnings];
    const all: Warning[] = [];
    let taken = 0;
    for (const { position, names, code } of this.#thread?.finish() ?? []) {
      const { path, warnings } = this.#given[position] as GivenEntry;
      if (code !== undefined) throw readFailed(this.#name, path, { code });
      const warning = this.#attributesFound(path, names);
      if (warning === undefined) continue;
      all.push(...earlier.slice(taken, warnings), warning);
      taken = warnings;
    }
    this.warnings.splice(0, this.warnings.length, ...all, ...earlier.slice(taken));
  }

  #reportUnchecked(): void {
    if (this.#unchecked === 0) return;
    const reason =
      this.#attributes === undefined
        ? 'the package @napi-rs/xattr is not installed'
        : 'its name is not UTF-8';
    this.#warn(
      'xattr-unchecked',
      '',
      `${this.#unchecked} ${this.#unchecked === 1 ? 'entry was' : 'entries were'} not checked for extended attributes: ${reason}`,
    );
  }

  #tooLong(path: string): StillrootError {
    return new StillrootError(
      'name-too-long',
      `has a path of ${path.length} bytes, more than the limit of ${PATH_BYTES_MAX}`,
      {
        where: placeOf(this.#name, `${path.slice(0, SHOWN_BYTES)}...`),
        hint: 'Remove the directory; Linux accepts no path of more than 4095 bytes.',
      },
    );
  }

  #warn(code: string, path: string, message: string): void {
    this.warnings.push({ code, path, message });
  }

  #guard<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw readFailed(this.#name, path, cause);
    }
  }
}

function typeOf(stats: BigIntStats): EntryType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isCharacterDevice()) return 'character';
  if (stats.isBlockDevice()) return 'block';
  return stats.isFIFO() ? 'fifo' : 'socket';
}

function makeEntry(
  path: string,
  type: EntryType,
  stats: BigIntStats,
  target: string,
  links: HardLinkGroup | null,
): Entry {
  // BigInt division rounds towards zero; before 1970 the seconds must round down for the rest to be positive.
  let nanoseconds = stats.mtimeNs % NANOSECONDS;
  if (nanoseconds < 0n) nanoseconds += NANOSECONDS;
  const isDevice = type === 'character' || type === 'block';
  const { major, minor } = isDevice ? splitDeviceNumber(stats.rdev) : { major: 0, minor: 0 };
  return {
    path,
    type,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: type === 'file' ? Number(stats.size) : 0,
    mtime: Number((stats.mtimeNs - nanoseconds) / NANOSECONDS),
    nanoseconds: Number(nanoseconds),
    target,
    major,
    minor,
    links,
  };
}

/**
 * Splits the 64-bit dev_t of glibc's stat(2) into major and minor (gnu_dev_major(3)): the low 8 bits
 * of the minor, 12 bits of the major, then the rest of both.
 */
export function splitDeviceNumber(device: bigint): { major: number; minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}
