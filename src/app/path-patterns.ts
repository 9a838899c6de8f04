import { StillrootError } from '../errors.ts';
import { Glob, GlobError } from '../rules/glob.ts';
import { pathFromText } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

interface Pattern {
  readonly typed: string;
  /** The path it means if it is not a glob: as typed, and with `\xNN` read as bytes. */
  readonly literals: ReadonlySet<string>;
  readonly glob: Glob | undefined;
  isUsed: boolean;
}

/**
 * Which entries a command line asks for: paths and globs, each with all that is below what it names. Without
 * any, all entries.
 */
export class PathPatterns {
  readonly #patterns: readonly Pattern[];
  /** A directory below which everything is wanted: entries mostly come in its order. */
  #inside: string | undefined;

  constructor(typed: readonly string[]) {
    this.#patterns = typed.map(parsePattern);
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** The paths, where all patterns are paths and none a glob. */
  get literals(): string[] | undefined {
    if (this.isEmpty || this.#patterns.some(({ glob }) => glob?.literal === undefined)) return undefined;
    return this.#patterns.map(({ glob }) => glob?.literal as string);
  }

  /** @param path as in Entry.path */
  matches(path: string): boolean {
    if (this.isEmpty) return true;
    if (this.#inside !== undefined && path.startsWith(this.#inside)) return true;
    let isWanted = false;
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const name = end === -1 ? path : path.slice(0, end);
      for (const pattern of this.#patterns) {
        if (!pattern.literals.has(name) && pattern.glob?.matches(name) !== true) continue;
        pattern.isUsed = true;
        isWanted = true;
      }
      if (end === -1) return isWanted;
      if (isWanted) {
        // With one pattern no other one has to be told that it is used.
        if (this.#patterns.length === 1) this.#inside = `${name}/`;
      }
    }
  }

  /** @throws usage where a pattern has matched nothing */
  requireUsed(archive: string): void {
    const unused = this.#patterns.filter(({ isUsed }) => !isUsed);
    const [first] = unused;
    if (first === undefined) return;
    const more = unused.length > 1 ? ` (and ${unused.length - 1} more)` : '';
    throw new StillrootError(
      'usage',
      `no entry of the archive matches ${JSON.stringify(first.typed)}${more}`,
      {
        where: archive,
        hint: 'Paths are relative to the root of the tree; stillroot list shows them. Quote globs to protect them from the shell.',
      },
    );
  }
}

function parsePattern(typed: string): Pattern {
  const inside = typed.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '');
  if (inside === '' || inside === '.') {
    throw new StillrootError('usage', `${JSON.stringify(typed)} names everything`, {
      hint: 'Leave it out, or name paths below the root.',
    });
  }
  const literals = new Set([pathFromText(inside), unescapePath(inside)]);
  try {
    return { typed, literals, glob: new Glob(pathFromText(inside)), isUsed: false };
  } catch (error) {
    // A file may be named `[`, as in usr/bin; where it is not there, the user is told that.
    if (!(error instanceof GlobError)) throw error;
    return { typed, literals, glob: undefined, isUsed: false };
  }
}

/**
 * The path in a tree that a user typed: through symlinks of the tree, so `/lib/x` on a merged tree is
 * `usr/lib/x`. Where nothing has that name, `\xNN` and `\\` are read as the bytes for which `check` prints
 * them: an argument cannot hold bytes that are not UTF-8.
 */
export function findTypedPath(tree: Tree, typed: string): string {
  const literal = canonical(tree, pathFromText(typed));
  return tree.has(literal) ? literal : canonical(tree, unescapePath(typed));
}

/** What `showPath` shows, as bytes again. A backslash before anything else is a backslash. */
export function unescapePath(shown: string): string {
  return pathFromText(shown).replace(/\\(?:\\|x([0-9a-fA-F]{2}))/g, (_, digits: string | undefined) =>
    digits === undefined ? '\\' : String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function canonical(tree: Tree, path: string): string {
  const inside = path.replace(/^\/+|\/+$/g, '');
  return tree.canonical(inside) ?? inside;
}
