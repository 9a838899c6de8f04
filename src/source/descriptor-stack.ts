import { closeSync } from 'node:fs';
import { openDirectoryAt } from './descriptors.ts';
import { DirectoryChain } from './directory-chain.ts';

/** Called with each directory when it is entered; throws where that must not be. */
export type EnterCheck = (descriptor: number, path: string) => void;

/**
 * The directory that was used last, and those above it. Entries are visited in tree order, so the next directory nearly
 * always shares most of them.
 */
export class DescriptorStack {
  readonly #chain: DirectoryChain;
  readonly #check: EnterCheck | undefined;
  #current = '';
  /** Of the directory that is being entered. */
  #names: readonly string[] = [];

  /** @param root descriptor, which stays the caller's */
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
    // Until the new directory is open the stack stands for none, so that a failure cannot leave a wrong one.
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
