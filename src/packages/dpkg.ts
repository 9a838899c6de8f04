import { damaged } from '../formats/damage.ts';
import { parseControlFile } from '../formats/deb822.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { Claims, databaseOf } from './claims.ts';
import { movedPlaces } from './moved-directories.ts';
import type { Package, PackageDatabase, ReadFile } from './package.ts';
import { namingDamage, readDatabaseText } from './read-database.ts';
import { readScripts, type ScriptFile } from './scripts.ts';

const DATABASE = 'var/lib/dpkg';

/** `info/PACKAGE[:ARCHITECTURE].NAME`: what dpkg runs, and for which paths it runs it (deb-triggers(5)). */
const SCRIPT = /^(.+?)(?::[^:.]+)?\.(preinst|postinst|config|triggers|prerm|postrm)$/;
const AT_INSTALLATION: ReadonlySet<string> = new Set(['preinst', 'postinst', 'config']);

/**
 * Reads which paths the installed packages claim.
 *
 * - `info/PACKAGE[:ARCHITECTURE].list`: one absolute path a line, directories too; `/.` is the root
 * - `info/PACKAGE.conffiles`: the same, preceded by a flag for files that a release has removed
 * - `status.d/PACKAGE.md5sums` of distroless images: digest, two spaces, relative path; files only
 * - `diversions`: see Diversion
 *
 * Packages with only configuration left own that configuration; `packages` leaves them out.
 *
 * @returns undefined where the tree has no dpkg database
 * @throws StillrootError `source-unreadable` for a list that exists but cannot be read, and where all lists
 *   are missing: what the packages own is then unknown, which is not the same as nothing
 */
export function loadDpkg(tree: Tree, read: ReadFile): PackageDatabase | undefined {
  const database = movedPlaces(DATABASE)
    .map((place) => tree.resolve(place))
    .find((entry) => entry?.type === 'directory');
  if (database === undefined) return undefined;
  const info = `${database.path}/info/`;
  const distroless = `${database.path}/status.d/`;
  const status = `${database.path}/status`;
  const diversions = parseDiversions(linesIfThere(tree, `${database.path}/diversions`, read));
  const claims = new Claims(tree);
  const owners = new Map<string, number>();
  const paragraphs = tree.get(status)?.type === 'file' ? [status] : [];
  let found = tree.has(status) || tree.has(distroless.slice(0, -1));
  let hasLists = false;
  const scriptFiles: ScriptFile[] = [];
  for (const { path, type } of tree.entries) {
    if (type !== 'file') continue;
    if (path.startsWith(info)) {
      if (!path.endsWith('.list') && !path.endsWith('.conffiles')) {
        const [, owner, name] = SCRIPT.exec(nameOf(path)) ?? [];
        if (owner !== undefined && name !== undefined)
          scriptFiles.push({ package: owner, name, path, isInstall: AT_INSTALLATION.has(name) });
        continue;
      }
      found = true;
      hasLists ||= path.endsWith('.list');
      const name = nameOf(path).replace(/\.(list|conffiles)$/, '');
      const owner = owners.get(name) ?? claims.addOwner(name);
      owners.set(name, owner);
      addAbsolute(claims, readLines(path, read), owner, (line) =>
        divert(diversions, line, name.replace(/:.*/, '')),
      );
    } else if (path.startsWith(distroless)) {
      hasLists = true;
      if (!path.endsWith('.md5sums')) paragraphs.push(path);
      else addDigests(claims, readLines(path, read), claims.addOwner(nameOf(path).replace(/\.md5sums$/, '')));
    }
  }
  if (!found) return undefined;
  if (!hasLists && linesIfThere(tree, status, read).some((line) => line !== '')) {
    namingDamage(status, () => damaged(0, 'no file list', 'one for each package in info'));
  }
  return databaseOf(
    'dpkg',
    claims,
    () => paragraphs.flatMap((path) => parseDpkgStatus(readDatabaseText(path, read, 'dpkg'))),
    () => readScripts(tree, read, scriptFiles),
  );
}

function addAbsolute(
  claims: Claims,
  lines: readonly string[],
  owner: number,
  diverted: (line: string) => string,
): void {
  for (const line of lines) {
    // `/.` and lines with a flag such as `remove-on-upgrade` claim nothing.
    if (!line.startsWith('/') || line === '/.' || line === '/') continue;
    claims.add(diverted(line).slice(1), owner);
  }
}

/** Digests name only files, so the directories above them are claimed along with them. */
function addDigests(claims: Claims, lines: readonly string[], owner: number): void {
  for (const line of lines) {
    const path = /^[0-9a-f]{32} [ *]\/?(.+)$/s.exec(line)?.[1];
    for (let claimed = path ?? ''; claimed !== ''; claimed = parentOf(claimed)) claims.add(claimed, owner);
  }
}

function linesIfThere(tree: Tree, path: string, read: ReadFile): string[] {
  return tree.get(path)?.type === 'file' ? readLines(path, read) : [];
}

function readLines(path: string, read: ReadFile): string[] {
  return readDatabaseText(path, read, 'dpkg').split('\n');
}

/**
 * dpkg-divert(1): a package (or the administrator) takes over a path of other packages, whose file is then
 * renamed. The register has three lines for each diversion: the path, the new name of the others' file, and the
 * package that took over the path, `:` for the administrator.
 */
export interface Diversion {
  /** Absolute, as in the register. */
  readonly to: string;
  readonly by: string;
}

/** By the absolute path that was taken over. */
export type Diversions = ReadonlyMap<string, Diversion>;

/** @param lines of var/lib/dpkg/diversions; an incomplete last group is ignored */
export function parseDiversions(lines: readonly string[]): Diversions {
  const diversions = new Map<string, Diversion>();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from, to, by] = lines.slice(at, at + 3) as [string, string, string];
    diversions.set(from, { to, by });
  }
  return diversions;
}

/** Location of the file that `owner` ships as `path`. */
export function divert(diversions: Diversions, path: string, owner: string): string {
  const diversion = diversions.get(path);
  return diversion === undefined || diversion.by === owner ? path : diversion.to;
}

const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'version',
  'architecture',
  'source',
  'status',
  'installed-size',
]);

/** Third word of `Status: want flag state` for a package of which only configuration is left, or nothing at all. */
const GONE: ReadonlySet<string> = new Set(['not-installed', 'config-files']);

/** Third word of `Status` for a package whose scripts have not all run. */
const UNFINISHED: ReadonlySet<string> = new Set(['half-installed', 'unpacked', 'half-configured']);

/**
 * Names of the packages waiting for a second stage, as left by `debootstrap --foreign`, multistrap and an interrupted
 * dpkg.
 *
 * @param text of `var/lib/dpkg/status`, a byte string
 */
export function unfinishedPackages(text: string): string[] {
  return [...parseControlFile(text, new Set(['package', 'status']))].flatMap((fields) => {
    const state = fields.get('status')?.split(/\s+/)[2];
    return state !== undefined && UNFINISHED.has(state) ? [fields.get('package') ?? ''] : [];
  });
}

/**
 * Packages of `var/lib/dpkg/status`, or of one file of `status.d`, whose paragraphs have no Status.
 *
 * @param text a byte string
 */
export function parseDpkgStatus(text: string): Package[] {
  const packages: Package[] = [];
  for (const fields of parseControlFile(text, FIELDS)) {
    const name = fields.get('package');
    const state = fields.get('status')?.split(/\s+/)[2];
    if (!name || (state !== undefined && GONE.has(state))) continue;
    const version = fields.get('version') ?? '';
    // `name` or `name (version)`; without the field the package is its own source.
    const [, source = name, sourceVersion = version] =
      /^(\S+)(?:\s+\(([^)]*)\))?/.exec(fields.get('source') ?? '') ?? [];
    const kibibytes = fields.get('installed-size');
    packages.push({
      type: 'deb',
      name,
      version,
      architecture: fields.get('architecture') ?? '',
      source,
      sourceVersion,
      ...(kibibytes !== undefined && /^\d{1,12}$/.test(kibibytes) ? { size: Number(kibibytes) * 1024 } : {}),
    });
  }
  return packages;
}
