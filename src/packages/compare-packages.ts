import type { Package } from './package.ts';

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
