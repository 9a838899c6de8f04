/** Lists what is installed in a tree according to its package databases. */
import type { PackagesDocument } from '../documents/packages.ts';
import { StillrootError } from '../errors.ts';
import type { Bill } from '../manifest/bill.ts';
import { type InstalledPackage, installedPackages } from '../manifest/installed.ts';
import { unreadDatabases } from '../packages/databases.ts';
import { managerNames } from '../packages/managers.ts';
import { type Inspection, inspect } from '../plan/inspect.ts';
import type { Source, Warning } from '../source/source.ts';
import { pathFromText, showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { toolVersion } from '../versions.ts';

/** An apt list has fifty megabytes. */
const MAX_LIST = 256 * 1024 * 1024;

/** Managers whose databases stillroot reads; others it can only detect. */
const READ: ReadonlySet<string> = new Set(managerNames());

export interface Installed {
  readonly source: string;
  readonly inspection: Inspection;
  readonly bill: Bill;
  readonly warnings: readonly Warning[];
}

/**
 * @param epoch time in a bill of materials, in seconds since 1970
 * @throws StillrootError `source-unreadable` for a damaged database
 */
export function readInstalled(source: Source, epoch: number): Installed {
  const inspection = inspect(source);
  const damage = inspection.warnings.find(({ code }) => code === 'package-database');
  // A list without the contents of a damaged database would look complete.
  if (damage !== undefined) throw new StillrootError('source-unreadable', damage.message);
  const { detection, ownership } = inspection;
  const isKnown = detection.distro !== 'unknown';
  const distribution = {
    id: isKnown ? pathFromText(detection.distro) : undefined,
    version: detection.version === undefined ? undefined : pathFromText(detection.version),
  };
  const found = installedPackages(ownership?.databases ?? [], distribution, source.tree, (path) => {
    const entry = source.tree.get(path);
    return entry?.type === 'file' ? source.readFile(entry, MAX_LIST) : undefined;
  });
  return {
    source: source.name,
    inspection,
    bill: { distribution, packages: found, epoch, toolVersion: toolVersion() },
    warnings: warningsOf(inspection, source.tree),
  };
}

function warningsOf({ detection, ownership }: Inspection, tree: Tree): Warning[] {
  const known = detection.managers.filter((manager) => !READ.has(manager));
  const unread = [...known, ...unreadDatabases(tree).map(({ name, path }) => `${name} (${path})`)];
  const warnings = unread.map((manager) => ({
    code: 'package-database-not-read',
    path: '',
    message: `the packages of ${manager} are not listed: stillroot does not read its database`,
  }));
  if (unread.length === 0 && ownership === undefined) {
    const message = 'the tree has no package database, so the installed packages are unknown';
    warnings.push({ code: 'package-database-missing', path: '', message });
  }
  return warnings;
}

/** What `packages --json` prints about a tree. */
export function packagesDocument({ source, inspection, bill, warnings }: Installed): PackagesDocument {
  const { detection, ownership } = inspection;
  return {
    schema: 'stillroot/packages/1',
    source,
    distro: detection.distro,
    ...(detection.version === undefined ? {} : { distroVersion: detection.version }),
    databases: (ownership?.databases ?? []).map(({ manager }) => manager),
    packages: bill.packages.map(packageRow),
    warnings: warnings.map(({ code, path, message }) => ({ code, path, message })),
  };
}

/** Byte strings become text. */
function packageRow(found: InstalledPackage): PackagesDocument['packages'][number] {
  const { type, name, version, architecture, purl, source, sourceVersion, size } = found;
  const { license, digest, fileSha256 } = found;
  return {
    type,
    name: showPath(name),
    version: showPath(version),
    architecture: showPath(architecture),
    purl,
    ...(source === undefined ? {} : { source: showPath(source) }),
    ...(sourceVersion === undefined ? {} : { sourceVersion: showPath(sourceVersion) }),
    ...(size === undefined ? {} : { size }),
    ...(license === undefined ? {} : { license: showPath(license) }),
    ...(digest === undefined ? {} : { digest }),
    ...(fileSha256 === undefined ? {} : { fileDigest: `sha256:${fileSha256}` }),
  };
}
