import { type ChangedPackage, comparePackageLists } from '../packages/compare-packages.ts';
import type { Package } from '../packages/package.ts';
import type { Inspection } from '../plan/inspect.ts';

export type PackageChange = Omit<ChangedPackage, 'type'>;

export interface PackageComparison {
  readonly same: number;
  readonly changes: readonly PackageChange[];
  /** Whether a package of this name, as `ownersOf` gives it, is different or missing on one side. */
  readonly isChanged: (owner: string) => boolean;
}

/** The packages of two trees, by their versions. */
export function comparePackages(a: Inspection, b: Inspection): PackageComparison {
  const { same, changed } = comparePackageLists(packagesOf(a), packagesOf(b), false);
  const names = new Set(changed.flatMap(({ name, architecture }) => [name, `${name}:${architecture}`]));
  const changes = changed.map(({ type: _, ...change }) => change);
  return { same, changes, isChanged: (owner) => names.has(owner) };
}

function packagesOf({ ownership }: Inspection): Package[] {
  return (ownership?.databases ?? []).flatMap(({ packages }) => packages);
}
