import type { ManifestPackage } from '../manifest/manifest.ts';
import { comparePackageLists } from '../packages/compare-packages.ts';

/** A package that is not the same in both manifests. */
export interface MovedPackage {
  readonly type: string;
  readonly name: string;
  readonly architecture: string;
  /** Its version, or several; null where the manifest lacks it. */
  readonly wanted: string | null;
  readonly found: string | null;
}

export interface PackageMoves {
  readonly same: number;
  /** By name. Two packages of the same version may still differ, if they are different builds. */
  readonly moved: readonly MovedPackage[];
}

/** The packages of two manifests, by their versions and digests. */
export function compareManifestPackages(
  wanted: readonly ManifestPackage[],
  found: readonly ManifestPackage[],
): PackageMoves {
  const { same, changed } = comparePackageLists(wanted, found, true);
  return {
    same,
    moved: changed.map(({ a = null, b = null, ...rest }) => ({ ...rest, wanted: a, found: b })),
  };
}
