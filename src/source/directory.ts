import { type BigIntStats, closeSync, fstatSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import type { Entry, EntryType, HardLinkGroup } from '../tree/entry.ts';
import { joinPath, pathFromBytes } from '../tree/path.ts';
import { Tree } from '../tree/tree.ts';
import { childPath, openDirectoryAt } from './descriptors.ts';
import { splitDeviceNumber } from './device-number.ts';
import { DirectorySource } from './directory-source.ts';
import { type AttributeReader, loadAttributeReader } from './extended-attributes.ts';
import { type MountPoints, readMountPoints } from './mount-points.ts';
import { openRoot } from './open-root.ts';
import { readFailed } from './read-failed.ts';
import type { Source, Warning } from './source.ts';

export interface ScanOptions {
  /** Enter directories on which another filesystem is mounted. Default: they are kept empty, and reported. */
  readonly crossMounts?: boolean;
  /** Names of a directory in any order; tests inject other orders to show that none matters. */
  readonly listNames?: (directory: number) => string[];
}

const NANOSECONDS = 1_000_000_000n;

/** Reads the metadata of a whole tree; contents are read later, through the Source. */
export function scanDirectory(path: string, options: ScanOptions = {}): Source {
  return scanOpenDirectory(path, openRoot(path), options);
}

/**
 * The same for a root that is open already.
 *
 * @param name as the user gave it, for messages
 * @param root descriptor, which from now on is the source's to close
 */
export function scanOpenDirectory(name: string, root: number, options: ScanOptions = {}): Source {
  try {
    const scan = new Scan(name, root, options);
    return new DirectorySource(name, root, scan.run(), scan.warnings);
  } catch (error) {
    closeSync(root);
    throw error;
  }
}

/** Raw names of an open directory, a char a byte; `.` and `..` are not among them. */
function listNames(directory: number): string[] {
  return readdirSync(`/proc/self/fd/${directory}`, { encoding: 'latin1' });
}

class Scan {
  readonly warnings: Warning[] = [];
  readonly #name: string;
  readonly #root: number;
  readonly #options: ScanOptions;
  readonly #mounts: MountPoints;
  readonly #attributes: AttributeReader | undefined;
  readonly #entries: Entry[] = [];
  readonly #groups = new Map<string, HardLinkGroup>();
  #device = 0n;
  #unchecked = 0;

  constructor(name: string, root: number, options: ScanOptions) {
    this.#name = name;
    this.#root = root;
    this.#options = options;
    this.#mounts = readMountPoints(root);
    this.#attributes = loadAttributeReader();
  }

  run(): Tree {
    const stats = fstatSync(this.#root, { bigint: true });
    this.#device = stats.dev;
    this.#walk(this.#root, '');
    for (const group of this.#groups.values()) group.outside -= group.paths.length;
    this.#reportUnchecked();
    return new Tree(makeEntry('', 'directory', stats, '', null), this.#entries);
  }

  #walk(directory: number, path: string): void {
    const names = this.#guard(path, () => (this.#options.listNames ?? listNames)(directory));
    // The default comparison is by UTF-16 units, which for byte strings is byte order.
    for (const name of names.sort()) this.#visit(directory, name, joinPath(path, name));
  }

  #visit(directory: number, name: string, path: string): void {
    const stats = this.#guard(path, () => lstatSync(childPath(directory, name), { bigint: true }));
    const type = typeOf(stats);
    if (type === 'socket') {
      this.#warn('socket', path, 'is a socket, which lives only as long as its process; it is left out');
      return;
    }
    if (type !== 'directory' && this.#mounts.paths.has(path) && this.#options.crossMounts !== true) {
      this.#warn(
        'mount-point',
        path,
        'another file is mounted here; it is left out (--cross-mounts takes it)',
      );
      return;
    }
    const target = type === 'symlink' ? this.#readLink(directory, name, path) : '';
    this.#entries.push(makeEntry(path, type, stats, target, this.#groupOf(type, stats, path)));
    if (type === 'file' || type === 'directory') this.#reportAttributes(directory, name, path);
    if (type === 'directory') this.#enter(directory, name, path, stats.dev);
  }

  #enter(parent: number, name: string, path: string, device: bigint): void {
    const directory = this.#guard(path, () => openDirectoryAt(parent, name));
    try {
      if (this.#options.crossMounts !== true && this.#isMountPoint(directory, path, device)) {
        this.#warn(
          'mount-point',
          path,
          'something is mounted here; it is kept empty (--cross-mounts enters it)',
        );
        return;
      }
      this.#walk(directory, path);
    } finally {
      closeSync(directory);
    }
  }

  #isMountPoint(directory: number, path: string, device: bigint): boolean {
    if (this.#mounts.paths.has(path)) return true;
    return device !== this.#device && this.#mounts.isOtherMount(directory);
  }

  #readLink(directory: number, name: string, path: string): string {
    return this.#guard(path, () =>
      pathFromBytes(readlinkSync(childPath(directory, name), { encoding: 'buffer' })),
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

  #reportAttributes(directory: number, name: string, path: string): void {
    const attributes = this.#guard(path, () => this.#attributes?.list(directory, name));
    if (attributes === undefined) {
      this.#unchecked += 1;
      return;
    }
    for (const attribute of attributes) {
      this.#warn('xattr', path, `has the extended attribute ${attribute}, which a cpio archive cannot hold`);
    }
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
