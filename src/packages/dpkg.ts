import { StillrootError } from '../errors.ts';
import { joinPath, nameOf, parentOf, pathFromBytes, showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { Diversions } from './dpkg-diversions.ts';
import { divert, parseDiversions } from './dpkg-diversions.ts';

export interface Ownership {
  /** Packages whose file lists were read, those with only configuration left included. */
  readonly packages: number;
  /** Whether a package claims this path of the tree (as in Entry.path). */
  owns(path: string): boolean;
}

/** Content of a file by its path in the tree; undefined where it cannot be read. */
export type ReadFile = (path: string) => Uint8Array | undefined;

const DATABASE = 'var/lib/dpkg';

/**
 * Reads which paths the installed packages claim.
 *
 * - `info/PACKAGE[:ARCHITECTURE].list`: one absolute path a line, directories too; `/.` is the root
 * - `info/PACKAGE.conffiles`: the same, with a flag in front for files that a release has removed
 * - `status.d/PACKAGE.md5sums` of distroless images: digest, two spaces, relative path; files only
 * - `diversions`: see dpkg-diversions.ts
 *
 * Lists name paths as packages ship them, so `/lib/x` where a merged tree has `usr/lib/x`.
 *
 * @returns undefined where the tree has no dpkg database
 * @throws StillrootError `source-unreadable` for a list that is there and cannot be read
 */
export function loadDpkgOwnership(tree: Tree, read: ReadFile): Ownership | undefined {
  const database = tree.resolve(DATABASE);
  if (database?.type !== 'directory') return undefined;
  const info = `${database.path}/info/`;
  const distroless = `${database.path}/status.d/`;
  const diversions = readDiversions(tree, `${database.path}/diversions`, read);
  const claims = new Claims(tree);
  let packages = 0;
  let found = tree.has(`${database.path}/status`) || tree.has(distroless.slice(0, -1));
  for (const { path, type } of tree.entries) {
    if (type !== 'file') continue;
    if (path.startsWith(info)) {
      const isList = path.endsWith('.list');
      if (!isList && !path.endsWith('.conffiles')) continue;
      if (isList) packages += 1;
      found = true;
      const owner = nameOf(path).replace(/(:[^:]*)?\.(list|conffiles)$/, '');
      addAbsolute(claims, readLines(path, read), owner, diversions);
    } else if (path.startsWith(distroless)) {
      if (!path.endsWith('.md5sums')) packages += 1;
      else addDigests(claims, readLines(path, read));
    }
  }
  return found ? { packages, owns: (path) => claims.has(path) } : undefined;
}

/** The claimed paths as the tree has them. A parent directory is resolved once for all its children. */
class Claims {
  readonly #paths = new Set<string>();
  readonly #directories = new Map<string, string>();
  readonly #tree: Tree;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  add(path: string): void {
    const slash = path.lastIndexOf('/');
    if (slash === -1) {
      this.#paths.add(path);
      return;
    }
    const parent = path.slice(0, slash);
    let directory = this.#directories.get(parent);
    if (directory === undefined) {
      directory = parentOf(this.#tree.canonical(path) ?? path);
      this.#directories.set(parent, directory);
    }
    this.#paths.add(directory === parent ? path : joinPath(directory, path.slice(slash + 1)));
  }
}

function addAbsolute(claims: Claims, lines: readonly string[], owner: string, diversions: Diversions): void {
  for (const line of lines) {
    // `/.` and lines with a flag such as `remove-on-upgrade` claim nothing.
    if (!line.startsWith('/') || line === '/.' || line === '/') continue;
    claims.add(divert(diversions, line, owner).slice(1));
  }
}

/** Digests name files alone, so the directories above them are claimed along with them. */
function addDigests(claims: Claims, lines: readonly string[]): void {
  for (const line of lines) {
    const path = /^[0-9a-f]{32} [ *]\/?(.+)$/s.exec(line)?.[1];
    for (let claimed = path ?? ''; claimed !== ''; claimed = parentOf(claimed)) claims.add(claimed);
  }
}

function readDiversions(tree: Tree, path: string, read: ReadFile): Diversions {
  return parseDiversions(tree.get(path)?.type === 'file' ? readLines(path, read) : []);
}

/** Paths are bytes: nothing here is decoded. */
function readLines(path: string, read: ReadFile): string[] {
  const bytes = read(path);
  if (bytes === undefined) {
    throw new StillrootError('source-unreadable', 'a file of the dpkg database cannot be read', {
      where: showPath(path),
      hint: 'Without it stillroot cannot tell which files belong to packages.',
    });
  }
  return pathFromBytes(bytes).split('\n');
}
