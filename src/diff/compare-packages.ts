import type { Package } from '../packages/package.ts';
import type { Inspection } from '../plan/inspect.ts';

export interface PackageChange {
  readonly name: string;
  readonly architecture: string;
  /** Undefined where the side does not have it. */
  readonly a: string | undefined;
  readonly b: string | undefined;
}

export interface PackageComparison {
  readonly same: number;
  readonly changes: readonly PackageChange[];
  /** Whether a package of this name, as `ownersOf` gives it, is another or missing on one side. */
  readonly isChanged: (owner: string) => boolean;
}

/** Packages by manager, name and architecture. Several versions of one, as kernels of rpm, are compared together. */
export function comparePackages(a: Inspection, b: Inspection): PackageComparison {
  const left = versionsOf(a);
  const right = versionsOf(b);
  const changes: PackageChange[] = [];
  let same = 0;
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const before = left.get(key);
    const after = right.get(key);
    if (before?.versions === after?.versions) {
      same += 1;
      continue;
    }
    const { name, architecture } = (before ?? after) as Listed;
    changes.push({ name, architecture, a: before?.versions, b: after?.versions });
  }
  const byName = (x: PackageChange, y: PackageChange): number =>
    x.name < y.name || (x.name === y.name && x.architecture < y.architecture) ? -1 : 1;
  const names = new Set(changes.flatMap(({ name, architecture }) => [name, `${name}:${architecture}`]));
  return { same, changes: changes.sort(byName), isChanged: (owner) => names.has(owner) };
}

interface Listed {
  readonly name: string;
  readonly architecture: string;
  readonly versions: string;
}

function versionsOf({ ownership }: Inspection): Map<string, Listed> {
  const found = new Map<string, Package[]>();
  for (const each of (ownership?.databases ?? []).flatMap(({ packages }) => packages)) {
    const key = `${each.type} ${each.name} ${each.architecture}`;
    const others = found.get(key);
    if (others === undefined) found.set(key, [each]);
    else others.push(each);
  }
  return new Map(
    [...found].map(([key, each]) => {
      const { name, architecture } = each[0] as Package;
      const versions = each.map(({ version }) => version).sort();
      return [key, { name, architecture, versions: versions.join(', ') }];
    }),
  );
}
