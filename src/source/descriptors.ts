import { closeSync, constants, openSync } from 'node:fs';

/**
 * Node has no openat(2), but `/proc/self/fd/N/name` is one in effect: the kernel resolves `name`
 * against the directory that descriptor N holds, whatever has been renamed or replaced by a symlink
 * since. So a child is always reached through its parent's descriptor, one component at a time and
 * never through a symlink.
 */
export function childPath(directory: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${directory}/${name}`, 'latin1');
}

/** Fails with ENOTDIR or ELOOP where the name is no directory, and so where it is a symlink to one. */
export function openDirectoryAt(directory: number, name: string): number {
  return openSync(
    childPath(directory, name),
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
}

/** O_NONBLOCK: should the file have become a FIFO meanwhile, opening it must not wait for a writer. */
export function openFileAt(directory: number, name: string): number {
  return openSync(
    childPath(directory, name),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
}

/**
 * The descriptors from the root to the directory used last. Entries are visited in tree order, so the
 * next directory nearly always shares most of them.
 */
export class DescriptorStack {
  readonly #root: number;
  readonly #names: string[] = [];
  readonly #descriptors: number[] = [];
  #current = '';

  constructor(root: number) {
    this.#root = root;
  }

  /** A descriptor of this directory; it stays open until another call needs another directory. */
  directory(path: string): number {
    if (path !== this.#current) this.#enter(path);
    return this.#descriptors.at(-1) ?? this.#root;
  }

  #enter(path: string): void {
    const names = path === '' ? [] : path.split('/');
    let shared = 0;
    while (shared < this.#names.length && this.#names[shared] === names[shared]) shared += 1;
    this.#leaveDownTo(shared);
    for (const name of names.slice(shared)) {
      const descriptor = openDirectoryAt(this.#descriptors.at(-1) ?? this.#root, name);
      this.#names.push(name);
      this.#descriptors.push(descriptor);
    }
    this.#current = path;
  }

  #leaveDownTo(depth: number): void {
    // Until the new directory is open the stack stands for none, so that a failure cannot leave a wrong one.
    this.#current = '\0';
    while (this.#descriptors.length > depth) {
      closeSync(this.#descriptors.pop() as number);
      this.#names.pop();
    }
  }

  close(): void {
    this.#leaveDownTo(0);
  }
}
