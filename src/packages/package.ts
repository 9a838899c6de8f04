/** The contents of the package databases of a tree, in the same form for every package manager. */

/** All texts are byte strings. */
export interface Package {
  /** Type in package URLs: `type` of a row of managers.ts. */
  readonly type: string;
  readonly name: string;
  /** As its manager prints it: `[epoch:]version[-release]`. */
  readonly version: string;
  /** As its manager names it: `amd64`, `x86_64`, `all`, `noarch`; '' where the package has none (rpm keys). */
  readonly architecture: string;
  /** What it was built from, where recorded: name of the source package, source rpm, pkgbase, origin. */
  readonly source?: string;
  /** Version of the source package, where it differs from `version` or is recorded. */
  readonly sourceVersion?: string;
  /** Installed size in bytes, according to the package. */
  readonly size?: number;
  readonly license?: string;
  /** Digest of the package or its metadata by which the manager identifies it: `sha256:HEX`, `sha1:HEX`. */
  readonly digest?: string;
}

/** A script of an installed package that its manager keeps. All texts are byte strings. */
export interface PackageScript {
  /** Name of the package. */
  readonly package: string;
  /** As its manager names it: `postinst`, `post-install`, `%post`. */
  readonly name: string;
  /** The file of the database that holds it. */
  readonly path: string;
  /** Whether it runs when the package is installed, so that it can have written what no package ships. */
  readonly isInstall: boolean;
  readonly text: string;
}

export interface PackageDatabase {
  /** `name` of a row of managers.ts. */
  readonly manager: string;
  /** Installed packages, in the order of the database. Read on first access. */
  readonly packages: readonly Package[];
  /** Scripts of installed packages. Read on first access. */
  readonly scripts: readonly PackageScript[];
  /** Whether a package claims this path of the tree (as in Entry.path). */
  owns(path: string): boolean;
  /** Names of the packages that claim it, in the order of the database; for dpkg `NAME:ARCHITECTURE` where it uses that form. */
  ownersOf(path: string): string[];
}

/** Content of a file by its path in the tree; undefined where it cannot be read. */
export type ReadFile = (path: string) => Buffer | undefined;

/** Order of byte strings, the same everywhere; for Array.sort. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** By type, name, version as bytes, and architecture: an order independent of the database. */
export function comparePackages(a: Package, b: Package): number {
  return (
    compareBytes(a.type, b.type) ||
    compareBytes(a.name, b.name) ||
    compareBytes(a.version, b.version) ||
    compareBytes(a.architecture, b.architecture)
  );
}
