import { DirectoryChain } from './directory-chain.ts';

/**
 * The directory that was used last, and those above it. Entries are visited in tree order, so the next directory nearly
 * always shares most of them.
 */
export class DescriptorStack {
  readonly #chain: DirectoryChain;
  #current = '';

  /** @param root descriptor, which stays the caller's */
  constructor(root: number) {
    this.#chain = new DirectoryChain(root);
  }

  /** A descriptor of this directory; it stays open until another call needs another directory. */
  directory(path: string): number {
    if (path !== this.#current) this.#enter(path);
    return this.#chain.descriptor;
  }

  #enter(path: string): void {
    const names = path === '' ? [] : path.split('/');
    let shared = 0;
    while (shared < this.#chain.depth && this.#chain.nameAt(shared) === names[shared]) shared += 1;
    // Until the new directory is open the stack stands for none, so that a failure cannot leave a wrong one.
    this.#current = '\0';
    while (this.#chain.depth > shared) this.#chain.leave();
    for (const name of names.slice(shared)) this.#chain.enter(name);
    this.#current = path;
  }

  close(): void {
    this.#current = '';
    this.#chain.close();
  }
}
