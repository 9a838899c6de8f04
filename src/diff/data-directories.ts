/** Directories whose files are one thing, such as the files of a database: a part of them taken away destroys the rest. */

import { nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

interface Marker {
  /** What the directory is then. */
  readonly what: string;
  /** Names that the directory holds, all of them. */
  readonly names: readonly RegExp[];
  /** True: the file is a database of its own, and the directory may be one that others share. */
  readonly alone?: true;
  /** True: people change single files of it, and none is to be taken away. */
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

/** Directories that many programs share: that one of them has its database there says nothing about the others. */
const SHARED =
  /^(?:|etc|opt|root|run|srv|tmp|usr|usr\/(?:lib|share|local)|var|var\/(?:lib|cache|log|tmp|spool|db)|home(?:\/[^/]+)?)$/;

export interface DataDirectory {
  readonly path: string;
  readonly what: string;
  /** Whether a single file of it may be changed, as in a work tree of version control. */
  readonly isEdited: boolean;
}

export class DataDirectories {
  readonly #trees: readonly Tree[];
  readonly #known = new Map<string, DataDirectory | undefined>();
  #names: Map<string, Set<string>> | undefined;

  /** @param trees whose directories count together: what one side lacks the other may have */
  constructor(...trees: readonly Tree[]) {
    this.#trees = trees;
  }

  /**
   * The outermost directory of this kind that the path is in, or that it is itself; of work trees, in which a database
   * may lie, only where there is no other.
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
