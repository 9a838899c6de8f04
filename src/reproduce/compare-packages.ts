import type { ManifestPackage } from '../manifest/manifest.ts';

/** A package that is not in both lists as the same. */
export interface MovedPackage {
  readonly type: string;
  readonly name: string;
  readonly architecture: string;
  /** Its version, or several; null where the list lacks it. */
  readonly wanted: string | null;
  readonly found: string | null;
}

export interface PackageMoves {
  readonly same: number;
  /** By name. Two of one version may still be two packages: another build of it. */
  readonly moved: readonly MovedPackage[];
}

/** Packages by type, name and architecture; several versions of one, as kernels of rpm, together. */
export function comparePackageLists(
  wanted: readonly ManifestPackage[],
  found: readonly ManifestPackage[],
): PackageMoves {
  const before = byName(wanted);
  const after = byName(found);
  const moved: MovedPackage[] = [];
  let same = 0;
  for (const [key, [{ type, name, architecture }]] of new Map([...after, ...before])) {
    const [a, b] = [before.get(key), after.get(key)];
    const [versionsA, versionsB] = [versionsOf(a), versionsOf(b)];
    if (versionsA === versionsB && digestsOf(a) === digestsOf(b)) same += 1;
    else moved.push({ type, name, architecture, wanted: versionsA, found: versionsB });
  }
  const keyOf = ({ name, architecture }: MovedPackage): string => `${name} ${architecture}`;
  return { same, moved: moved.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}

type OfOneName = [ManifestPackage, ...ManifestPackage[]];

function byName(packages: readonly ManifestPackage[]): Map<string, OfOneName> {
  const found = new Map<string, OfOneName>();
  for (const each of packages) {
    const key = `${each.type}\0${each.name}\0${each.architecture}`;
    const others = found.get(key);
    if (others === undefined) found.set(key, [each]);
    else others.push(each);
  }
  return found;
}

function versionsOf(packages: readonly ManifestPackage[] | undefined): string | null {
  if (packages === undefined) return null;
  return packages
    .map(({ version }) => version)
    .sort()
    .join(', ');
}

/** The digests by which managers identify packages; files of packages are told by the lists of apt, if they are there. */
function digestsOf(packages: readonly ManifestPackage[] | undefined): string {
  return (packages ?? [])
    .map(({ digest }) => digest ?? '')
    .sort()
    .join();
}
