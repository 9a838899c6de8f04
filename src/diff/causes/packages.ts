import type { Recognition, Recognizer } from '../cause.ts';
import { isDerivedFromPackages, isPackageDatabase } from '../places.ts';

const PIN: Pick<Recognition, 'cause' | 'remedy' | 'advice'> = {
  cause: 'package-changed',
  remedy: 'input',
  advice:
    'Pin the packages for the bootstrap: use the same snapshot of the archive, or a list of exact versions.',
};

/** Another package, or another version of one, brings other files. Nothing of that is repaired afterwards. */
export const packageChanged: Recognizer = ({ path, owners }, { packages }) => {
  if (packages.changes.length === 0) return undefined;
  if (!owners.some(packages.isChanged) && !isPackageDatabase(path)) return undefined;
  return { ...PIN, key: 'own', title: 'the two sides have different packages or versions' };
};

/** What maintainer scripts make of all packages together. */
export const derivedFromPackages: Recognizer = ({ path }, { packages }) => {
  if (packages.changes.length === 0 || !isDerivedFromPackages(path)) return undefined;
  return { ...PIN, key: 'derived', title: 'depends on which packages are installed' };
};
