/**
 * dpkg-divert(1): a package (or the administrator) takes over a path of the others, whose file then goes
 * by another name. The register is three lines each: the path, where the others' file went, and the
 * package that took it over, `:` for the administrator.
 */
export interface Diversion {
  /** Absolute, as in the register. */
  readonly to: string;
  readonly by: string;
}

/** By the absolute path that was taken over. */
export type Diversions = ReadonlyMap<string, Diversion>;

/** @param lines of var/lib/dpkg/diversions; an incomplete last group is left out */
export function parseDiversions(lines: readonly string[]): Diversions {
  const diversions = new Map<string, Diversion>();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from, to, by] = lines.slice(at, at + 3) as [string, string, string];
    diversions.set(from, { to, by });
  }
  return diversions;
}

/** Where the file is that `owner` ships as `path`. */
export function divert(diversions: Diversions, path: string, owner: string): string {
  const diversion = diversions.get(path);
  return diversion === undefined || diversion.by === owner ? path : diversion.to;
}
