/** What every archive is compared with: the tree as created for the control, with the contents of the source. */
import type { OpenFile, Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import type { Tree } from '../tree/tree.ts';

export class Model implements Source {
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly [] = [];
  readonly #source: Source;

  constructor(source: Source, tree: Tree) {
    this.name = source.name;
    this.tree = tree;
    this.#source = source;
  }

  open(entry: Entry): OpenFile {
    return this.#source.open(this.#inSource(entry));
  }

  readFile(entry: Entry, limit: number): Buffer {
    return this.#source.readFile(this.#inSource(entry), limit);
  }

  /** Its owner closes the source. */
  close(): void {}

  #inSource({ path }: Entry): Entry {
    return this.#source.tree.get(path) as Entry;
  }
}

const PAGE = 4096;

/** Whether any file has a page of zeros where a page could be a hole. */
export function hasZeroPage(source: Source): boolean {
  const buffer = Buffer.allocUnsafe(256 * PAGE);
  const zeros = Buffer.alloc(PAGE);
  for (const entry of source.tree.entries) {
    if (entry.type !== 'file' || entry.size < PAGE) continue;
    const file = source.open(entry);
    try {
      for (let count = file.read(buffer); count > 0; count = file.read(buffer)) {
        for (let at = 0; at + PAGE <= count; at += PAGE) {
          if (buffer.compare(zeros, 0, PAGE, at, at + PAGE) === 0) return true;
        }
      }
    } finally {
      file.close();
    }
  }
  return false;
}

/** The median of all modification times: about half of the tree is then newer, as after a bootstrap. */
export function middleTime({ entries }: Tree): number {
  const times = entries.map(({ mtime }) => mtime).sort((a, b) => a - b);
  return Math.min(Math.max(times[times.length >> 1] ?? 0, 0), 0xffff_ffff);
}
