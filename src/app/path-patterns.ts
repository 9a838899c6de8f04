import { StillrootError } from '../errors.ts';
import { Glob, GlobError } from '../rules/glob.ts';
import { pathFromText } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

interface Pattern {
  readonly typed: string;
  /** The paths it may mean if it is not a glob: as typed, and with `\xNN` read as bytes. */
  readonly literals: ReadonlySet<string>;
  readonly glob: Glob | undefined;
  isUsed: boolean;
}

/**
 * Which entries a command line requests: paths and globs, each including everything below what it names. Without any,
 * all entries.
 */
export class PathPatterns {
  readonly #patterns: readonly Pattern[];
  /** A directory below which everything is wanted: its entries usually follow one another. */
  #inside: string | undefined;

  constructor(typed: readonly string[]) {
    this.#patterns = typed.map(parsePattern);
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** The paths, if no pattern is a glob. */
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
        // Only with a single pattern: no other pattern has to be marked as used.
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
    // A file may be named `[`, as in usr/bin; if there is none, that is what gets reported.
    if (!(error instanceof GlobError)) throw error;
    return { typed, literals, glob: undefined, isUsed: false };
  }
}

/**
 * Resolves a path that a user typed: symlinks of the tree are followed, so `/lib/x` on a merged tree is `usr/lib/x`. If
 * nothing has that name, `\xNN` and `\\` are read as the bytes for which `check` prints them: an argument cannot hold
 * bytes that are not UTF-8.
 */
export function findTypedPath(tree: Tree, typed: string): string {
  const literal = canonical(tree, pathFromText(typed));
  return tree.has(literal) ? literal : canonical(tree, unescapePath(typed));
}

/** The inverse of `showPath`: its output as bytes. A backslash before anything else is a backslash. */
export function unescapePath(shown: string): string {
  return pathFromText(shown).replace(/\\(?:\\|x([0-9a-fA-F]{2}))/g, (_, digits: string | undefined) =>
    digits === undefined ? '\\' : String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function canonical(tree: Tree, path: string): string {
  const inside = path.replace(/^\/+|\/+$/g, '');
  return tree.canonical(inside) ?? inside;
}
