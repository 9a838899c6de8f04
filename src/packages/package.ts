/** What the package databases of a tree say; the same for every package manager. */

/** All texts are byte strings. */
export interface Package {
  /** That of package URLs: `type` of a row of managers.ts. */
  readonly type: string;
  readonly name: string;
  /** As its manager prints it: `[epoch:]version[-release]`. */
  readonly version: string;
  /** As its manager names it: `amd64`, `x86_64`, `all`, `noarch`; '' where the package has none (keys of rpm). */
  readonly architecture: string;
  /** What it was built from, where the database says so: name of the source package, source rpm, pkgbase, origin. */
  readonly source?: string;
  /** Of the source package, where it differs from `version` or is told. */
  readonly sourceVersion?: string;
  /** Bytes once installed, as the package says. */
  readonly size?: number;
  readonly license?: string;
  /** Digest of the package or its metadata by which the manager identifies it: `sha256:HEX`, `sha1:HEX`. */
  readonly digest?: string;
}

export interface PackageDatabase {
  /** `name` of a row of managers.ts. */
  readonly manager: string;
  /** Installed ones, in the order of the database. Read when first asked for. */
  readonly packages: readonly Package[];
  /** Whether a package claims this path of the tree (as in Entry.path). */
  owns(path: string): boolean;
  /** Names of the packages that claim it, in the order of the database; of dpkg `NAME:ARCHITECTURE` where it says so. */
  ownersOf(path: string): string[];
}

/** Content of a file by its path in the tree; undefined where it cannot be read. */
export type ReadFile = (path: string) => Buffer | undefined;

/** Order of byte strings, the same everywhere; for Array.sort. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** By type, name, version as bytes, and architecture: an order that does not depend on that of the database. */
export function comparePackages(a: Package, b: Package): number {
  return (
    compareBytes(a.type, b.type) ||
    compareBytes(a.name, b.name) ||
    compareBytes(a.version, b.version) ||
    compareBytes(a.architecture, b.architecture)
  );
}
