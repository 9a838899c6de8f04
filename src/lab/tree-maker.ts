/**
 * Creates a directory tree from a source, with control over what content does not determine: inode numbers, the order
 * in which the filesystem returns names, and link counts. Every inode is first created in a staging directory and then
 * renamed into place, so that inode numbers and the order of names can be varied independently.
 *
 * Names are only ever reached through descriptors of directories created here: no link is followed.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, openDirectoryAt } from '../source/descriptors.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { nameOf, parentOf, pathToBytes } from '../tree/path.ts';
import { Random } from './random.ts';

export interface MakeOptions {
  /** Order in which inodes are created: tree order, or from last to first. */
  readonly inodes: 'forward' | 'backward';
  /** Create a spare inode before each, and remove the spare ones at the end. */
  readonly spareInodes: boolean;
  /** Order in which names are entered into their directories. */
  readonly names: 'forward' | 'backward' | 'shuffled';
  readonly seed: number;
  /** Give every second file an additional name, outside the tree. */
  readonly outsideNames: boolean;
  /** Turn names of one inode into separate files. */
  readonly linksAsCopies: boolean;
  /** Turn pages of zeros into holes. */
  readonly holes: boolean;
  /** How an entry is changed; called with the first name of each inode. */
  readonly change: ReadonlyArray<(entry: Entry) => Entry>;
  /** Path of a file to which one byte is appended. */
  readonly grown: string | undefined;
  /** Let directories hold many names temporarily, which some filesystems show in their sizes. */
  readonly oldNames: boolean;
}

export const PLAIN: MakeOptions = {
  inodes: 'forward',
  spareInodes: false,
  names: 'forward',
  seed: 1,
  outsideNames: false,
  linksAsCopies: false,
  holes: false,
  change: [],
  grown: undefined,
  oldNames: false,
};

const STAGING = '.stillroot-staging';
const SPARE = '.stillroot-spare';
const OUTSIDE = 'outside';
const PIECE_SIZE = 1024 * 1024;
const PAGE = 4096;
/** Access time of everything; filesystems are mounted so that it stays. */
const ACCESSED = 946_684_800;
/** Enough to fill several blocks of a directory. */
const OLD_NAMES = 64;
const OLD_NAME_LENGTH = 240;

/**
 * @param directory on the filesystem that will hold the tree
 * @param name of the tree within it
 * @throws output-failed, and what the source throws
 */
export function makeTree(source: Source, directory: string, name: string, options: MakeOptions): void {
  const parent = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    new TreeMaker(source, parent, options).run(name);
  } catch (cause) {
    if (cause instanceof StillrootError) throw cause;
    const { code, path } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new StillrootError('output-failed', `a copy of the tree cannot be made (${code})`, {
      where: `${directory}/${name}${path === undefined ? '' : ` (${nameOf(path)})`}`,
      hint:
        code === 'ENOSPC'
          ? 'Name a directory with more space by --scratch.'
          : 'Name another directory by --scratch.',
      cause,
    });
  } finally {
    closeSync(parent);
  }
}

/** An inode and its names. */
interface Node {
  readonly entry: Entry;
  readonly paths: readonly string[];
  readonly number: number;
}

class TreeMaker {
  readonly #source: Source;
  readonly #parent: number;
  readonly #options: MakeOptions;
  readonly #privileged = process.geteuid?.() === 0;
  readonly #buffer = Buffer.allocUnsafe(PIECE_SIZE);
  readonly #random: Random;
  #staging = -1;

  constructor(source: Source, parent: number, options: MakeOptions) {
    this.#source = source;
    this.#parent = parent;
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  run(name: string): void {
    mkdirSync(childPath(this.#parent, STAGING), 0o700);
    this.#staging = openDirectoryAt(this.#parent, STAGING);
    try {
      const nodes = this.#nodes();
      this.#makeInodes(nodes);
      this.#enterNames(nodes);
      const root = nodes[0] as Node;
      this.#moveDirectory(root, this.#parent, name);
    } finally {
      closeSync(this.#staging);
    }
    rmdirSync(childPath(this.#parent, STAGING));
  }

  /** The root first, then in tree order of their first names. */
  #nodes(): Node[] {
    const nodes: Node[] = [];
    const { root, entries } = this.#source.tree;
    for (const entry of [root, ...entries]) {
      const { links, path } = entry;
      const group = links === null || this.#options.linksAsCopies ? [path] : links.paths;
      if (group[0] !== path) continue;
      const changed = this.#options.change.reduce((each, change) => change(each), entry);
      nodes.push({ entry: changed, paths: group, number: nodes.length });
    }
    return nodes.filter(
      ({ entry: { type } }) => this.#privileged || (type !== 'character' && type !== 'block'),
    );
  }

  #makeInodes(nodes: readonly Node[]): void {
    const { inodes, spareInodes } = this.#options;
    const ordered = inodes === 'forward' ? nodes : nodes.toReversed();
    // Created by programs, since Node has no mknod(2); one shell creates them all.
    const special = ordered.filter(({ entry: { type } }) => ['character', 'block', 'fifo'].includes(type));
    const spare = spareInodes ? this.#makeSpare(ordered.length) : undefined;
    this.#makeSpecial(special);
    for (const node of ordered) this.#makeInode(node);
    for (const node of nodes) if (node.entry.type !== 'directory') this.#setMetadata(node);
    spare?.();
  }

  /** Files that occupy inode numbers until the rest has been created. */
  #makeSpare(count: number): () => void {
    mkdirSync(childPath(this.#parent, SPARE), 0o700);
    const directory = openDirectoryAt(this.#parent, SPARE);
    for (let at = 0; at < count; at += 1) {
      closeSync(
        openSync(
          childPath(directory, String(at)),
          constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
          0o600,
        ),
      );
    }
    return () => {
      for (let at = 0; at < count; at += 1) unlinkSync(childPath(directory, String(at)));
      closeSync(directory);
      rmdirSync(childPath(this.#parent, SPARE));
    };
  }

  #staged({ number }: Node): Buffer {
    return childPath(this.#staging, String(number));
  }

  #makeInode(node: Node): void {
    const { entry } = node;
    if (entry.type === 'directory') mkdirSync(this.#staged(node), 0o700);
    else if (entry.type === 'symlink') symlinkSync(pathToBytes(entry.target), this.#staged(node));
    else if (entry.type === 'file') this.#makeFile(node);
  }

  #makeFile(node: Node): void {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(this.#staged(node), flags, 0o600);
    try {
      // The source knows the entry as it was before any change.
      const entry = this.#source.tree.get(node.entry.path) as Entry;
      const file = this.#source.open(entry);
      try {
        let position = 0;
        for (let count = file.read(this.#buffer); count > 0; count = file.read(this.#buffer)) {
          this.#write(descriptor, count, position);
          position += count;
        }
        ftruncateSync(descriptor, position);
        file.verify();
        if (node.paths.includes(this.#options.grown ?? '\0')) writeSync(descriptor, 'x', position);
      } finally {
        file.close();
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #write(descriptor: number, count: number, position: number): void {
    const step = this.#options.holes ? PAGE : count;
    for (let at = 0; at < count; at += step) {
      const end = Math.min(at + step, count);
      if (this.#options.holes && isZero(this.#buffer, at, end)) continue;
      for (let done = at; done < end; )
        done += writeSync(descriptor, this.#buffer, done, end - done, position + done);
    }
  }

  #makeSpecial(nodes: readonly Node[]): void {
    if (nodes.length === 0) return;
    const lines = nodes.map(({ entry: { type, major, minor }, number }) =>
      type === 'fifo'
        ? `mknod ${number} p`
        : `mknod ${number} ${type === 'block' ? 'b' : 'c'} ${major} ${minor}`,
    );
    const { status, stderr } = spawnSync('sh', ['-e'], {
      cwd: `/proc/${process.pid}/fd/${this.#staging}`,
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    if (status === 0) return;
    throw new StillrootError(
      'output-failed',
      `device nodes or FIFOs cannot be made: ${stderr.trim().split('\n').at(-1)}`,
      {
        hint: 'Run the bench as root, on a filesystem that takes them.',
      },
    );
  }

  /** Owner, mode and times; the owner first, since chown(2) clears set-id bits. */
  #setMetadata(node: Node): void {
    const { entry } = node;
    const path = this.#staged(node);
    if (this.#privileged) lchownSync(path, entry.uid, entry.gid);
    if (entry.type !== 'symlink') chmodSync(path, entry.mode);
    const time = timeOf(entry);
    lutimesSync(path, ACCESSED, time);
  }

  /** Directories from last to first: what is below one is complete when its turn comes. */
  #enterNames(nodes: readonly Node[]): void {
    const children = new Map<string, { readonly node: Node; readonly path: string }[]>();
    for (const node of nodes) {
      for (const path of node.paths) {
        if (path === '') continue;
        const siblings = children.get(parentOf(path));
        if (siblings === undefined) children.set(parentOf(path), [{ node, path }]);
        else siblings.push({ node, path });
      }
    }
    for (const node of nodes.toReversed()) {
      if (node.entry.type !== 'directory') continue;
      const directory = openDirectoryAt(this.#staging, String(node.number));
      try {
        if (this.#options.oldNames) this.#enterOldNames(directory);
        const found = children.get(node.paths[0] as string) ?? [];
        found.sort((a, b) => (a.path < b.path ? -1 : 1));
        for (const { node: child, path } of this.#inOrder(found)) this.#enter(child, directory, nameOf(path));
      } finally {
        closeSync(directory);
      }
    }
    // Linked files still have their names in the staging directory.
    const linked = nodes.filter((node) => this.#isLinked(node));
    if (this.#options.outsideNames) this.#nameOutside(nodes);
    for (const node of linked) unlinkSync(this.#staged(node));
  }

  #enterOldNames(directory: number): void {
    const names = Array.from({ length: OLD_NAMES }, (_, at) => String(at).padStart(OLD_NAME_LENGTH, 'x'));
    for (const name of names) symlinkSync('x', childPath(directory, name));
    for (const name of names) unlinkSync(childPath(directory, name));
  }

  #inOrder<T>(values: readonly T[]): readonly T[] {
    const { names } = this.#options;
    if (names === 'shuffled') return this.#random.shuffled(values);
    return names === 'forward' ? values : values.toReversed();
  }

  /** Whether it is linked rather than renamed: it has several names, or may get one outside. */
  #isLinked({ entry: { type }, paths }: Node): boolean {
    return type !== 'directory' && (paths.length > 1 || this.#options.outsideNames);
  }

  #enter(node: Node, directory: number, name: string): void {
    if (node.entry.type === 'directory') this.#moveDirectory(node, directory, name);
    else if (this.#isLinked(node)) linkSync(this.#staged(node), childPath(directory, name));
    else renameSync(this.#staged(node), childPath(directory, name));
  }

  /** Its metadata comes last: entering names changes its time, and moving it requires write permission. */
  #moveDirectory(node: Node, directory: number, name: string): void {
    const { entry } = node;
    renameSync(this.#staged(node), childPath(directory, name));
    const descriptor = openDirectoryAt(directory, name);
    try {
      if (this.#privileged) fchownSync(descriptor, entry.uid, entry.gid);
      fchmodSync(descriptor, entry.mode);
      const time = timeOf(entry);
      futimesSync(descriptor, ACCESSED, time);
    } finally {
      closeSync(descriptor);
    }
  }

  #nameOutside(nodes: readonly Node[]): void {
    mkdirSync(childPath(this.#parent, OUTSIDE), 0o700);
    const directory = openDirectoryAt(this.#parent, OUTSIDE);
    try {
      const files = nodes.filter(({ entry: { type } }) => type === 'file');
      for (const node of files.filter((_, at) => at % 2 === 0)) {
        linkSync(this.#staged(node), childPath(directory, String(node.number)));
      }
    } finally {
      closeSync(directory);
    }
  }
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== 0) return false;
  return to - from === PAGE;
}

/**
 * Seconds as text, since node:fs takes a negative number for "now". A double holds microseconds only, and they are
 * rounded down: every copy has the same times, the first one included.
 */
function timeOf({ mtime, nanoseconds }: Entry): string {
  return String(nanoseconds === 0 ? mtime : mtime + Math.floor(nanoseconds / 1000) / 1e6);
}
