/** Which package a path of an unpacked Debian tree comes from: the one that ships it, or whose scripts write it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const INFO = 'var/lib/dpkg/info';
/** What dpkg runs at an installation. */
const SCRIPT = /^(.+)\.(preinst|postinst|config)$/;
/** Directories that too many scripts name to say anything. */
const LEAST_DEPTH = 3;

export class Owners {
  readonly #shipped = new Map<string, string>();
  readonly #scripts = new Map<string, string>();

  /** @param root of the tree */
  constructor(root: string) {
    for (const file of readdirSync(join(root, INFO)).sort()) {
      const read = (): string => readFileSync(join(root, INFO, file), 'utf8');
      if (file.endsWith('.list')) {
        const name = file.slice(0, -'.list'.length).replace(/:.*/, '');
        for (const line of read().split('\n')) this.#shipped.set(line.slice(1), name);
      }
      const [, owner, kind] = SCRIPT.exec(file) ?? [];
      if (owner !== undefined) this.#scripts.set(`${owner.replace(/:.*/, '')} (${kind})`, read());
    }
  }

  /** The package that ships a path; undefined where none does. */
  shippedBy(path: string): string | undefined {
    return this.#shipped.get(path);
  }

  /**
   * The scripts that name a path, or the nearest directory above it that any of them names, as `PACKAGE (postinst)`.
   */
  namedBy(path: string): string[] {
    const parts = path.split('/');
    for (let depth = parts.length; depth >= Math.min(LEAST_DEPTH, parts.length); depth -= 1) {
      const place = `/${parts.slice(0, depth).join('/')}`;
      const found = [...this.#scripts].filter(([, text]) => namesPlace(text, place)).map(([name]) => name);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** For a report: who ships a path or else whose scripts name it, at most three. */
  of(path: string): string {
    return this.shippedBy(path) ?? (this.namedBy(path).slice(0, 3).join(', ') || 'no package');
  }
}

/** Not as the beginning of a longer name. */
function namesPlace(text: string, place: string): boolean {
  for (let at = text.indexOf(place); at >= 0; at = text.indexOf(place, at + 1)) {
    if (!/[\w.-]/.test(text[at + place.length] ?? '')) return true;
  }
  return false;
}
