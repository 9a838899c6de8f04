import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/**
 * Node has no openat(2), but `/proc/self/fd/N/name` is one in effect: the kernel resolves `name`
 * against the directory that descriptor N holds, whatever has been renamed or replaced by a symlink
 * since. So a child is always reached through its parent's descriptor, one component at a time and
 * never through a symlink.
 */
export function childPath(directory: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${directory}/${name}`, 'latin1');
}

const ASCII = /^[\0-\x7f]*$/;

/** The same for what happens with every entry of a tree: Node takes a string in less time, if it is ASCII. */
export function quickChildPath(directory: number, name: string): Buffer | string {
  return ASCII.test(name) ? `/proc/self/fd/${directory}/${name}` : childPath(directory, name);
}

/** Fails with ENOTDIR or ELOOP where the name is not a directory, including a symlink to one. */
export function openDirectoryAt(directory: number, name: string): number {
  return openSync(
    quickChildPath(directory, name),
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
}

/** O_NONBLOCK: if the file has become a FIFO in the meantime, opening it must not wait for a writer. */
export function openFileAt(directory: number, name: string): number {
  return openSync(
    quickChildPath(directory, name),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
}

/** Called with each directory when it is entered; throws where entering is not allowed. */
export type EnterCheck = (descriptor: number, path: string) => void;

/**
 * The directory used last, and those above it. Entries are visited in tree order, so the next directory nearly
 * always shares most of them.
 */
export class DescriptorStack {
  readonly #chain: DirectoryChain;
  readonly #check: EnterCheck | undefined;
  #current = '';
  /** Names on the path of the directory being entered. */
  #names: readonly string[] = [];

  /** @param root descriptor, which the caller keeps owning */
  constructor(root: number, check?: EnterCheck) {
    this.#chain = new DirectoryChain(root, { open: (directory, name) => this.#open(directory, name) });
    this.#check = check;
  }

  /** A descriptor of this directory; it stays open until another call needs another directory. */
  directory(path: string): number {
    if (path !== this.#current) this.#enter(path);
    return this.#chain.descriptor;
  }

  #enter(path: string): void {
    this.#names = path === '' ? [] : path.split('/');
    let shared = 0;
    while (shared < this.#chain.depth && this.#chain.nameAt(shared) === this.#names[shared]) shared += 1;
    // Until the new directory is open the stack has no current one, so that a failure cannot leave a wrong one.
    this.#current = '\0';
    while (this.#chain.depth > shared) this.#chain.leave();
    for (const name of this.#names.slice(shared)) this.#chain.enter(name);
    this.#current = path;
  }

  #open(directory: number, name: string): number {
    const descriptor = openDirectoryAt(directory, name);
    try {
      this.#check?.(descriptor, this.#names.slice(0, this.#chain.depth + 1).join('/'));
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  close(): void {
    this.#current = '';
    this.#chain.close();
  }
}

/** How many of the deepest directories stay open; benign trees are rarely deeper. */
const OPEN_DIRECTORIES_MAX = 16;

interface Link {
  readonly name: string;
  /** Undefined where it was closed in favor of deeper ones. */
  descriptor: number | undefined;
  /** Its device when it was closed. */
  device: bigint;
  inode: bigint;
}

interface ChainOptions {
  readonly openMax?: number;
  readonly open?: (directory: number, name: string) => number;
}

/**
 * The directories from a root to the current one. Each is opened through its parent, never through a symlink. However
 * deep a tree is, few are open at a time: a closed directory is reached again through `..` of the one below it,
 * and must still be the same. `.` and `..` are resolved by the kernel, so neither leads through a symlink.
 */
export class DirectoryChain {
  readonly #root: number;
  readonly #openMax: number;
  readonly #open: (directory: number, name: string) => number;
  readonly #links: Link[] = [];
  /** Index of the first open one; all after it are open. */
  #firstOpen = 0;

  /**
   * @param root descriptor, which the caller keeps owning
   * @param options `openMax`: descriptors held, at least 1; one more while a directory is entered or left.
   *   `open`: how a directory is entered; it must not go through a symlink
   */
  constructor(root: number, { openMax = OPEN_DIRECTORIES_MAX, open = openDirectoryAt }: ChainOptions = {}) {
    this.#root = root;
    this.#openMax = openMax;
    this.#open = open;
  }

  /** Number of directories entered below the root. */
  get depth(): number {
    return this.#links.length;
  }

  /** Descriptor of the current directory; valid until it is left or another one is entered. */
  get descriptor(): number {
    return this.#links.at(-1)?.descriptor ?? this.#root;
  }

  /** Name of the directory entered at this depth, 0 for the first. */
  nameAt(depth: number): string | undefined {
    return this.#links[depth]?.name;
  }

  /** Makes a directory in the current one current. Throws system errors, leaving everything unchanged. */
  enter(name: string): void {
    this.#links.push({ name, descriptor: this.#open(this.descriptor, name), device: 0n, inode: 0n });
    if (this.#links.length - this.#firstOpen > this.#openMax) this.#closeFirst();
  }

  /**
   * Makes the parent the current one.
   *
   * @param finish called with the descriptor of the directory being left. If it throws, the chain is unchanged, except
   *   for the parent, which may be open
   * @throws a system error, ESTALE where `..` is another directory by now; the chain is then at its root
   */
  leave(finish?: (descriptor: number) => void): void {
    const left = this.#links.at(-1) as Link;
    const parent = this.#links.at(-2);
    try {
      if (parent !== undefined && parent.descriptor === undefined) this.#reopen(parent, left);
    } catch (error) {
      this.close();
      throw error;
    }
    this.#firstOpen = Math.min(this.#firstOpen, Math.max(0, this.#links.length - 2));
    // Only now: `..` cannot be reached through a directory whose mode forbids it.
    finish?.(left.descriptor as number);
    this.#links.pop();
    closeSync(left.descriptor as number);
  }

  /** Leaves all directories. */
  close(): void {
    for (const { descriptor } of this.#links.splice(0)) if (descriptor !== undefined) closeSync(descriptor);
    this.#firstOpen = 0;
  }

  #closeFirst(): void {
    const first = this.#links[this.#firstOpen] as Link;
    const { dev, ino } = fstatSync(first.descriptor as number, { bigint: true });
    first.device = dev;
    first.inode = ino;
    closeSync(first.descriptor as number);
    first.descriptor = undefined;
    this.#firstOpen += 1;
  }

  #reopen(parent: Link, child: Link): void {
    const descriptor = openDirectoryAt(child.descriptor as number, '..');
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    if (dev === parent.device && ino === parent.inode) {
      parent.descriptor = descriptor;
      return;
    }
    closeSync(descriptor);
    const path = `/proc/self/fd/${child.descriptor}/..`;
    throw Object.assign(new Error(`ESTALE: the directory was moved, open '${path}'`), { code: 'ESTALE' });
  }
}
