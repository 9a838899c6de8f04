import { compareBytes } from './package.ts';

/** What a comparison needs to know about a package; texts of both sides have the same form. */
export interface ComparedPackage {
  readonly type: string;
  readonly name: string;
  readonly architecture: string;
  readonly version: string;
  readonly digest?: string;
}

/** A package that differs between the two sides. */
export interface ChangedPackage {
  readonly type: string;
  readonly name: string;
  readonly architecture: string;
  /** Its version, or several; undefined where the side lacks it. */
  readonly a: string | undefined;
  readonly b: string | undefined;
}

export interface PackageChanges {
  /** How many packages are the same on both sides. */
  readonly same: number;
  /** By name. Two packages of one version may still differ: another build. */
  readonly changed: readonly ChangedPackage[];
}

/**
 * Compares packages by type, name and architecture; several versions of one, such as kernels of rpm, together.
 *
 * @param withDigests whether packages of the same version with different digests, by which managers identify them, also differ
 */
export function comparePackageLists(
  a: readonly ComparedPackage[],
  b: readonly ComparedPackage[],
  withDigests: boolean,
): PackageChanges {
  const [before, after] = [group(a), group(b)];
  const changed: ChangedPackage[] = [];
  let same = 0;
  for (const [key, { type, name, architecture }] of new Map([...after, ...before])) {
    const [left, right] = [before.get(key), after.get(key)];
    const isSame = left?.versions === right?.versions && (!withDigests || left?.digests === right?.digests);
    if (isSame) same += 1;
    else changed.push({ type, name, architecture, a: left?.versions, b: right?.versions });
  }
  changed.sort((x, y) => compareBytes(x.name, y.name) || compareBytes(x.architecture, y.architecture));
  return { same, changed };
}

interface OfOneName extends Pick<ComparedPackage, 'type' | 'name' | 'architecture'> {
  readonly versions: string;
  readonly digests: string;
}

function group(packages: readonly ComparedPackage[]): Map<string, OfOneName> {
  const found = new Map<string, [ComparedPackage, ...ComparedPackage[]]>();
  for (const each of packages) {
    const key = `${each.type}\0${each.name}\0${each.architecture}`;
    const others = found.get(key);
    if (others === undefined) found.set(key, [each]);
    else others.push(each);
  }
  const joined = (texts: readonly string[]): string => [...texts].sort().join(', ');
  return new Map(
    [...found].map(([key, all]) => {
      const [{ type, name, architecture }] = all;
      const versions = joined(all.map(({ version }) => version));
      return [
        key,
        { type, name, architecture, versions, digests: joined(all.map(({ digest = '' }) => digest)) },
      ];
    }),
  );
}
