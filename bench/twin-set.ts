/** Package sets that are bootstrapped twice: a text file each in bench/twins. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PackageSet {
  /** Of its file. */
  readonly name: string;
  /** What kind of machine has these packages: the comment at the beginning. */
  readonly about: string;
  /** Of Debian, such as `bookworm`. */
  readonly suite: string;
  /** As asked for, without what they depend on; in the order of the file. */
  readonly packages: readonly string[];
}

/** Where the sets of the project are. */
export const SETS: string = join(import.meta.dirname, 'twins');

/** Debian Policy 5.6.1; an architecture may follow. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?$/;
const SUITE = /^suite:\s*([a-z]+)$/i;

/**
 * Reads a set: a line for each package; what follows `#` is a comment. The comments in front of the first package say what the
 * set is, and one of them is `# suite: NAME`.
 *
 * @throws Error for a line that is no package, a package named twice, or a missing suite
 */
export function parseSet(name: string, text: string): PackageSet {
  const about: string[] = [];
  const packages = new Set<string>();
  let suite: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [word = '', ...comment] = line.split('#').map((part) => part.trim());
    if (word === '') {
      const said = comment.join('#').trim();
      const [, named] = SUITE.exec(said) ?? [];
      if (named !== undefined) suite = named.toLowerCase();
      else if (packages.size === 0 && said !== '') about.push(said);
      continue;
    }
    const where = `${name}, line ${index + 1}: ${word}`;
    if (!PACKAGE.test(word)) throw new Error(`${where} is not the name of a package`);
    if (packages.has(word)) throw new Error(`${where} is there already`);
    packages.add(word);
  }
  if (suite === undefined) throw new Error(`${name}: "# suite: NAME" is missing`);
  return { name, about: about.join(' '), suite, packages: [...packages] };
}

/** All sets of a directory, by name. */
export function readSets(directory: string): PackageSet[] {
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.') && !name.endsWith('.md'))
    .sort()
    .map((name) => parseSet(name, readFileSync(join(directory, name), 'utf8')));
}
