/** Determines what a tree is, which packages it contains, and so which rules apply to it. */
import { loadPackageDatabases } from '../packages/databases.ts';
import { unfinishedPackages } from '../packages/dpkg.ts';
import { movedPlaces, originalPath } from '../packages/moved-directories.ts';
import type { PackageDatabase } from '../packages/package.ts';
import { DATABASE_TEXT_MAX, databaseTooLarge } from '../packages/read-database.ts';
import { type Detection, detect } from '../rules/detect.ts';
import { type Mention, ScriptMentions } from '../rules/script-mentions.ts';
import { TABLES } from '../rules/tables/index.ts';
import { layerWarning } from '../source/layer-marks.ts';
import type { Source, Warning } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

/** os-release and the like; a real one has a few hundred bytes. */
const MAX_TEXT = 1024 * 1024;
/** One file of a package database; rpm's, which is all of it, has some ten megabytes. */
const MAX_DATABASE_FILE = 256 * 1024 * 1024;
/** All files of all package databases together; a large system has a hundred megabytes. */
const MAX_DATABASES = 1024 * 1024 * 1024;

/**
 * Which packages claim which paths, according to all databases of the tree. A file in a moved directory belongs to the
 * package that claims its path on the running system.
 */
export interface Ownership {
  readonly databases: readonly PackageDatabase[];
  /** @param path as in Entry.path */
  owns(path: string): boolean;
  /** Names of the packages that claim it. */
  ownersOf(path: string): string[];
  /** Lines of the packages' scripts that are about the path, the most telling first. */
  mentionsOf(path: string): Mention[];
}

export interface Inspection {
  readonly detection: Detection;
  /** Undefined if the tree has no readable package database, or a damaged one. */
  readonly ownership: Ownership | undefined;
  /** About the tree as a whole: an os-release or package databases that are too large or damaged, unfinished installations, marks of a layer. */
  readonly warnings: readonly Warning[];
}

/** @param distro a name to use instead of the one found in the tree */
export function inspect(source: Source, distro?: string): Inspection {
  const { tree } = source;
  const warnings: Warning[] = [];
  const readText = (path: string): string | undefined => {
    const entry = fileAt(tree, path);
    if (entry === undefined) return undefined;
    if (entry.size <= MAX_TEXT) return source.readFile(entry, MAX_TEXT).toString('utf8');
    const message = `has ${entry.size} bytes, more than the limit of ${MAX_TEXT}: the distribution is unknown`;
    warnings.push({ code: 'os-release', path, message });
    return undefined;
  };
  const detection = detect(tree, readText, {
    known: Object.keys(TABLES),
    ...(distro === undefined ? {} : { distro }),
  });
  let left = MAX_DATABASES;
  const { databases, damages } = loadPackageDatabases(tree, (path) => {
    const entry = fileAt(tree, path);
    if (entry === undefined) return undefined;
    const most = Math.min(left, MAX_DATABASE_FILE);
    if (entry.size > most)
      throw databaseTooLarge(path, `has ${entry.size} bytes, more than the limit of ${most}`);
    left -= entry.size;
    return source.readFile(entry, most);
  });
  const layer = layerWarning(tree);
  // What a damaged database owns is unknown, and therefore also what is unowned.
  const isKnown = databases.length > 0 && damages.length === 0;
  return {
    detection,
    ownership: isKnown ? combine(databases) : undefined,
    warnings: [
      ...warnings,
      ...damages.map((message) => ({ code: 'package-database', path: '', message })),
      ...unfinished(source),
      ...(layer === undefined ? [] : [layer]),
    ],
  };
}

/** A tree that still needs its second stage does not boot. */
function unfinished(source: Source): Warning[] {
  const entry = movedPlaces('var/lib/dpkg/status')
    .map((path) => source.tree.resolve(path))
    .find((each) => each !== undefined);
  if (entry?.type !== 'file') return [];
  const status = entry.path;
  if (entry.size > DATABASE_TEXT_MAX) {
    const message = `has ${entry.size} bytes, more than the limit of ${DATABASE_TEXT_MAX}: it is unknown which packages are configured`;
    return [{ code: 'package-database', path: status, message }];
  }
  const names = unfinishedPackages(source.readFile(entry, DATABASE_TEXT_MAX).toString('latin1'));
  if (names.length === 0) return [];
  const some = names.slice(0, 3).map(showPath).join(', ');
  const count = names.length === 1 ? '1 package is' : `${names.length} packages are`;
  const message = `${count} unpacked but not configured (${some}${names.length > 3 ? ', ...' : ''}): run \`dpkg --configure -a\` in the tree, or its second stage`;
  return [{ code: 'packages-unfinished', path: status, message }];
}

function combine(databases: readonly PackageDatabase[]): Ownership {
  const [only] = databases;
  const owns = (path: string): boolean =>
    databases.length === 1 && only !== undefined
      ? only.owns(path)
      : databases.some((database) => database.owns(path));
  const mentions = new ScriptMentions(() => databases.flatMap(({ scripts }) => scripts));
  return {
    databases,
    owns: (path) => {
      const original = originalPath(path);
      return owns(path) || (original !== undefined && owns(original));
    },
    ownersOf: (path) => {
      const owners = databases.flatMap((database) => database.ownersOf(path));
      const original = owners.length > 0 ? undefined : originalPath(path);
      return original === undefined ? owners : databases.flatMap((database) => database.ownersOf(original));
    },
    mentionsOf: (path) => mentions.find(path),
  };
}

function fileAt(tree: Tree, path: string): Entry | undefined {
  const entry = tree.get(path);
  return entry?.type === 'file' ? entry : undefined;
}
