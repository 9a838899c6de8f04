import { parseAccounts } from '../formats/accounts.ts';
import type { Source } from '../source/source.ts';

/** Account files are small; this is three hundred times a large one. */
const MAX_ACCOUNT_FILE = 16 * 1024 * 1024;

/** The names that a tree itself knows, never those of the running system. Each file is read once, when asked for. */
export class TreeAccounts {
  readonly #source: Source;
  #users: Map<string, number> | undefined;
  #groups: Map<string, number> | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Names to numbers; empty where the tree has no such file. */
  get users(): Map<string, number> {
    this.#users ??= this.#read('etc/passwd');
    return this.#users;
  }

  get groups(): Map<string, number> {
    this.#groups ??= this.#read('etc/group');
    return this.#groups;
  }

  #read(path: string): Map<string, number> {
    const entry = this.#source.tree.resolve(path);
    if (entry?.type !== 'file') return new Map();
    return parseAccounts(this.#source.readFile(entry, MAX_ACCOUNT_FILE).toString('latin1'));
  }
}
