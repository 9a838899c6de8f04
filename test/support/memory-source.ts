import { StillrootError } from '../../src/errors.ts';
import type { OpenFile, Source, Warning } from '../../src/source/source.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { pathToBytes } from '../../src/tree/path.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { makeEntry, makeTree } from './entries.ts';

export interface MemoryOptions {
  readonly name?: string;
  readonly warnings?: readonly Warning[];
  /** Bytes that one read gives at most, as some filesystems do. */
  readonly readSize?: number;
}

/** A Source whose contents are in memory, without any file. */
export class MemorySource implements Source {
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
  /** By path. What is not there is as many zeros as the entry has bytes. */
  readonly contents: Map<string, Uint8Array>;
  /** Paths in the order in which they were opened. */
  readonly opened: string[] = [];
  /** Files that are open now. */
  openFiles = 0;
  readonly #readSize: number;

  constructor(tree: Tree, contents: ReadonlyMap<string, Uint8Array>, options: MemoryOptions = {}) {
    this.name = options.name ?? 'memory';
    this.tree = tree;
    this.warnings = options.warnings ?? [];
    this.contents = new Map(contents);
    this.#readSize = options.readSize ?? Number.POSITIVE_INFINITY;
  }

  open(entry: Entry): OpenFile {
    const bytes = this.contents.get(entry.path) ?? new Uint8Array(entry.size);
    const readSize = this.#readSize;
    let offset = 0;
    this.opened.push(entry.path);
    this.openFiles += 1;
    return {
      read: (target) => {
        const count = Math.min(target.length, readSize, bytes.length - offset);
        target.set(bytes.subarray(offset, offset + count));
        offset += count;
        return count;
      },
      verify: () => {
        if (bytes.length === entry.size) return;
        throw new StillrootError('source-changed', `${entry.size} -> ${bytes.length} bytes`, {
          where: entry.path,
        });
      },
      close: () => {
        this.openFiles -= 1;
      },
    };
  }

  readFile(entry: Entry, limit: number): Buffer {
    if (entry.size > limit) throw new StillrootError('source-unreadable', `over ${limit} bytes`);
    this.opened.push(entry.path);
    return Buffer.from(this.contents.get(entry.path) ?? new Uint8Array(entry.size));
  }

  close(): void {}
}

/** A text by its path is a file; an entry is itself, and its content zeros. */
export type Given = readonly [path: string, content: string] | Entry;

/** A source of files with these contents (byte strings), other entries, and the directories they need. */
export function memorySource(given: readonly Given[], options: MemoryOptions = {}): MemorySource {
  const contents = new Map<string, Uint8Array>();
  const entries = given.map((each): Entry => {
    if ('path' in each) return each;
    const [path, content] = each;
    contents.set(path, pathToBytes(content));
    return makeEntry(path, 'file', { size: content.length });
  });
  return new MemorySource(makeTree(entries), contents, options);
}

/** Names of one inode; the content belongs to all of them. */
export function hardLinked(paths: readonly string[], fields: Partial<Entry> = {}): Entry[] {
  const links = { paths: [...paths].sort(), outside: 0 };
  return paths.map((path) => makeEntry(path, 'file', { ...fields, links }));
}
