/** Kinds of paths, which decide what may be proposed for them. */

import { MANAGERS } from '../packages/managers.ts';
import { originalPath } from '../packages/moved-directories.ts';
import { Glob } from '../rules/glob.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

/** Databases of package managers: a tree with a file from another tree's database is inconsistent. */
const DATABASES: readonly string[] = [
  ...MANAGERS.flatMap(({ stateDirectories }) => stateDirectories),
  ...['var/db/pkg', 'var/db/xbps'],
].map((directory) => `${directory}/`);

/** What package scripts generate from all packages together, so that a different package set explains it. */
const DERIVED: readonly Glob[] = [
  ...['etc/ld.so.cache', 'etc/{passwd,group,shadow,gshadow,subuid,subgid,shells}', 'etc/alternatives/**'],
  ...['etc/rc?.d/**', 'etc/systemd/{system,user}/**', 'etc/ssl/certs/**', 'etc/ca-certificates/**'],
  ...['etc/pki/ca-trust/extracted/**', 'etc/{sgml,xml}/**', 'var/lib/systemd/**', 'var/lib/ucf/**'],
  ...['usr/share/{mime,icons,info,glib-2.0/schemas,applications}/**', 'usr/lib{,32,64}/**/*.cache'],
  ...['{usr/,}lib/modules/**', 'usr/lib/locale/**', 'usr/lib/udev/hwdb.bin', '**/__pycache__/**', 'boot/**'],
  // The version of the release: builders write it too, where no package owns it.
  ...['etc/{alpine,arch,centos,fedora,gentoo,redhat,system,SuSE}-release', '{etc,usr/lib}/os-release'],
  ...['etc/{debian_version,lsb-release,slackware-version,issue,issue.net}', 'etc/openwrt_{release,version}'],
  ...['var/cache/**', 'var/lib/apt/**', 'var/lib/dbus/**', 'var/lib/python/**', 'etc/fonts/conf.d/**'],
].map((pattern) => new Glob(pattern));

/** Whether a path, or what it is a copy of, belongs to a package database. */
export function isPackageDatabase(path: string): boolean {
  const places = [path, originalPath(path) ?? ''];
  return places.some((place) =>
    DATABASES.some((directory) => place.startsWith(directory) && place.length > directory.length),
  );
}

/** Whether a path belongs to a package database or to what package managers derive from theirs. */
export function isDerivedFromPackages(path: string): boolean {
  return isPackageDatabase(path) || DERIVED.some((glob) => glob.matches(path));
}

// Directories whose files belong together, such as those of a database: removing some of them destroys the rest.

interface Marker {
  /** What such a directory is. */
  readonly what: string;
  /** Names that must all be present in the directory. */
  readonly names: readonly RegExp[];
  /** True: the file is a complete database, and the directory may be shared with others. */
  readonly alone?: true;
  /** True: people change individual files in it, and none may be removed. */
  readonly isEdited?: true;
}

const MARKERS: readonly Marker[] = [
  { what: 'a PostgreSQL cluster', names: [/^PG_VERSION$/] },
  {
    what: 'a MySQL or MariaDB data directory',
    names: [/^(?:ibdata\d+|aria_log_control|mysql\.ibd|undo_?001)$/],
  },
  { what: 'an LMDB database', names: [/^data\.mdb$/] },
  { what: 'a Berkeley DB environment', names: [/^__db\.\d+$|^log\.\d{10}$|^DB_CONFIG$/] },
  { what: 'the configuration of slapd', names: [/^cn=config(?:\.ldif)?$/] },
  { what: 'a LevelDB or RocksDB database', names: [/^CURRENT$/, /^MANIFEST-\d+$/] },
  { what: 'a MongoDB data directory', names: [/^WiredTiger(?:\.wt)?$/] },
  { what: 'a Redis data directory', names: [/^(?:dump\.rdb|appendonly\.aof|appendonlydir)$/] },
  { what: 'a Mnesia database', names: [/^(?:schema\.DAT|LATEST\.LOG|DECISION_TAB\.LOG)$/] },
  { what: 'a Lucene index', names: [/^segments_\w+$/] },
  { what: 'a Xapian index', names: [/^iam(?:glass|chert|honey)$/] },
  { what: 'a git repository', names: [/^HEAD$/, /^objects$/, /^refs$/] },
  { what: 'a version-control working tree', names: [/^(?:\.git|\.hg|\.bzr|_darcs|\.svn)$/], isEdited: true },
  { what: 'a GnuPG home', names: [/^(?:pubring\.(?:kbx|gpg|db)|trustdb\.gpg|private-keys-v1\.d)$/] },
  { what: 'an NSS database', names: [/^(?:cert[89]|key[34])\.db$/] },
  { what: 'the register of ucf', names: [/^hashfile$/, /^registry$/] },
  { what: 'a Samba or CTDB database', names: [/^(?:secrets|passdb|registry|group_mapping)\.tdb$/] },
  {
    what: 'a SQLite database',
    names: [/\.sqlite\d?(?:-wal|-shm|-journal)?$|\.db-(?:wal|shm|journal)$/],
    alone: true,
  },
];

/** Directories that many programs share: one program's database there says nothing about the other files. */
const SHARED =
  /^(?:|etc|opt|root|run|srv|tmp|usr|usr\/(?:lib|share|local)|var|var\/(?:lib|cache|log|tmp|spool|db)|home(?:\/[^/]+)?)$/;

export interface DataDirectory {
  readonly path: string;
  readonly what: string;
  /** Whether individual files may be changed, as in a work tree of version control. */
  readonly isEdited: boolean;
}

export class DataDirectories {
  readonly #trees: readonly Tree[];
  readonly #known = new Map<string, DataDirectory | undefined>();
  #names: Map<string, Set<string>> | undefined;

  /** @param trees whose directories are taken together: one side may have what the other lacks */
  constructor(...trees: readonly Tree[]) {
    this.#trees = trees;
  }

  /**
   * The outermost directory of this kind that is or contains the path; a work tree, which may contain a database, only
   * if there is no other.
   */
  of(path: string): DataDirectory | undefined {
    let found: DataDirectory | undefined;
    for (let at = path; ; at = parentOf(at)) {
      const here = this.#at(at);
      if (here !== undefined && (!here.isEdited || found === undefined || found.isEdited)) found = here;
      if (at === '') return found;
    }
  }

  #at(path: string): DataDirectory | undefined {
    if (!this.#known.has(path)) this.#known.set(path, this.#recognize(path));
    return this.#known.get(path);
  }

  #recognize(path: string): DataDirectory | undefined {
    const names = [...(this.#listing().get(path) ?? [])];
    if (names.length === 0) return undefined;
    const found = MARKERS.find(
      ({ names: wanted, alone }) =>
        !(alone === true && SHARED.test(path)) &&
        wanted.every((pattern) => names.some((name) => pattern.test(name))),
    );
    return found === undefined ? undefined : { path, what: found.what, isEdited: found.isEdited === true };
  }

  #listing(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#names !== undefined) return this.#names;
    const all = new Map<string, Set<string>>();
    for (const { entries } of this.#trees) {
      for (const { path } of entries) {
        const parent = parentOf(path);
        const names = all.get(parent);
        if (names === undefined) all.set(parent, new Set([nameOf(path)]));
        else names.add(nameOf(path));
      }
    }
    this.#names = all;
    return all;
  }
}

// What may be left out because it is regenerated, or because nothing reads it: the only paths for which dropping is
// proposed. A path in no row may be the only copy of a choice or of data, regardless of its directory.

interface MadeAgain {
  readonly match: readonly string[];
  readonly except?: readonly string[];
  /** A sentence used in proposed rules and in advice. */
  readonly why: string;
}

const HOME = '{root,home/*}';

/** The first row that matches counts. */
const TABLE: readonly MadeAgain[] = [
  {
    match: ['tmp/**', 'var/tmp/**', 'run/**'],
    why: 'Temporary: removed at boot or after a few days (file-hierarchy(7)).',
  },
  {
    match: [
      `${HOME}/.npm/_logs/**`,
      `${HOME}/.npm/{_cacache,_npx}/**`,
      `${HOME}/.npm/_update-notifier-last-checked`,
    ],
    why: 'npm recreates its logs and its download cache.',
  },
  {
    match: [`${HOME}/.cargo/registry/{cache,index,src}/**`, `${HOME}/.cargo/.package-cache*`],
    why: 'cargo downloads its registry again.',
  },
  {
    match: [
      `${HOME}/go/pkg/mod/cache/**`,
      `${HOME}/.gradle/{caches,daemon}/**`,
      `${HOME}/.composer/cache/**`,
    ],
    why: 'A download cache, which its tool refills.',
  },
  {
    match: [`${HOME}/.{cpan,cpanm}/{build,sources,work}/**`, `${HOME}/.cpanm/{build.log,latest-build}`],
    why: 'Where CPAN builds modules; recreated by every installation.',
  },
  {
    match: [
      `${HOME}/.{gem,local/share/gem}/specs/**`,
      `${HOME}/.yarn/berry/cache/**`,
      `${HOME}/.bun/install/cache/**`,
    ],
    why: 'A download cache, which its tool refills.',
  },
  {
    match: ['**/extensions/*/*/*/{gem_make.out,mkmf.log}'],
    why: "RubyGems' log of building an extension, which nothing reads.",
  },
  {
    match: [`${HOME}/.cache/**`],
    why: 'Cached data, which its program recreates (XDG Base Directory Specification).',
  },
  {
    match: ['var/cache/**'],
    // Answers and databases that exist nowhere else.
    except: ['var/cache/debconf/**', 'var/cache/{bind,samba,snapd,cracklib}/**'],
    why: 'Cached data, which its program must be able to recreate (Filesystem Hierarchy Standard 3.0, 5.5).',
  },
  {
    match: ['var/lib/systemd/catalog/database'],
    why: 'systemd-journal-catalog-update.service recreates it at boot.',
  },
  { match: ['var/crash/**'], why: 'Crash reports of the build machine; nothing reads them.' },
];

const ROWS = TABLE.map(({ match, except = [], why }) => ({
  globs: match.map((pattern) => new Glob(pattern)),
  excepts: except.map((pattern) => new Glob(pattern)),
  why,
}));

/** @returns the sentence that says what regenerates the path; undefined if no row matches */
export function madeAgain(path: string): string | undefined {
  return ROWS.find(
    ({ globs, excepts }) =>
      globs.some((glob) => glob.matches(path)) && !excepts.some((glob) => glob.matches(path)),
  )?.why;
}

const LOGS: readonly Glob[] = ['var/log/**', 'var/**/*.log'].map((pattern) => new Glob(pattern));

/**
 * Whether the path is a log: it may be emptied but not dropped, since a daemon may lack permission to recreate it, or
 * recreate it world-readable.
 */
export function isLog(path: string): boolean {
  return LOGS.some((glob) => glob.matches(path));
}
