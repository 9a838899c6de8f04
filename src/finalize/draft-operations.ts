/** Turns a plan into what has to happen on disk. No I/O: contents are staged later, see stage.ts. */
import { StillrootError } from '../errors.ts';
import { rootEntry } from '../plan/extra-entries.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import { placeOf } from '../source/read-failed.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import {
  type Draft,
  type DraftContent,
  DraftList,
  type Ids,
  LEAVE,
  type Names,
  type SetDraft,
} from './operation.ts';
import type { Privileges } from './privileges.ts';

export interface DraftSettings extends Privileges {
  /** Whether extended attributes can be copied to a new file. If not, files are written in place. */
  readonly keepsAttributes: boolean;
}

export interface Drafts {
  /** In the order in which they have to be performed. */
  readonly drafts: readonly Draft[];
  /** Left as they are, since changing them would change a name outside the tree. */
  readonly shared: readonly string[];
  /** Left as they are, since changing them would change a name with a different decision. */
  readonly joined: readonly string[];
  /** Paths with a different owner in an archive, which only root could set on disk. */
  readonly notGiven: readonly string[];
  /** See Privileges. */
  readonly isFaked: boolean;
}

type Metadata = Pick<SetDraft, 'owner' | 'mode' | 'mtime'>;

const ROOT = '';
const OWNER_WRITE = 0o200;
/** The owner may list, enter and change a directory. */
const OWNER_ALL = 0o700;
/** Bits that the kernel clears when a file is written to or changes its owner. */
const SET_ID_BITS = 0o6000;

/** @throws usage, tree-unwritable */
export function draftOperations(plan: Plan, settings: DraftSettings): Drafts {
  return new Drafter(plan, settings).run();
}

class Drafter {
  readonly #plan: Plan;
  readonly #settings: DraftSettings;
  readonly #list = new DraftList();
  readonly #directories: PlannedEntry[] = [];
  readonly #groups = new Map<HardLinkGroup, PlannedEntry[]>();
  readonly #kept = new Set<string>();
  /** Entries that must be removed although their path stays: a directory replaced by a file, or the other way round. */
  readonly #inWay = new Set<string>();
  readonly #shared = new Set<string>();
  readonly #joined = new Set<string>();
  readonly #notGiven = new Set<string>();
  readonly #mounted: ReadonlySet<string>;
  readonly #sockets: readonly string[];
  readonly #attributed: ReadonlySet<string>;

  constructor(plan: Plan, settings: DraftSettings) {
    this.#plan = plan;
    this.#settings = settings;
    const about = (code: string): string[] =>
      plan.source.warnings.filter((warning) => warning.code === code).map(({ path }) => path);
    this.#mounted = new Set(about('mount-point'));
    this.#sockets = about('socket');
    this.#attributed = new Set(about('xattr'));
    if (settings.isFaked && plan.settings.hardLinks === 'copy') {
      throw new StillrootError('usage', 'is impossible under fakeroot, which hides the owners', {
        where: '--hard-links copy',
        hint: 'Run pack with this option, outside of fakeroot.',
      });
    }
  }

  run(): Drafts {
    const list = this.#list;
    for (const planned of this.#plan.entries()) this.#see(planned);
    for (const [group, names] of this.#groups) this.#seeGroup(group, names);
    this.#removeRest();
    for (const path of list.touched) this.#unlock(path);
    for (const directory of this.#directories) this.#set(directory);
    // The journal is created and removed in the root.
    if (!list.isEmpty) this.#unlock(ROOT);
    const drafts = list.inOrder();
    return {
      drafts: [...drafts, ...this.#rootDraft(drafts.length > 0)],
      shared: [...this.#shared],
      joined: [...this.#joined],
      notGiven: [...this.#notGiven],
      isFaked: this.#settings.isFaked,
    };
  }

  #see(given: PlannedEntry): void {
    // The entry `.` belongs to the archive; the root on disk is set separately.
    if (given.entry.path === '.' && given.entry.type === 'directory') return;
    const planned = this.#orPresent(given);
    const { entry, origin, content } = planned;
    const { path } = entry;
    this.#kept.add(path);
    if (origin === null) this.#makeRoom(entry);
    if (entry.type === 'directory') {
      this.#directories.push(planned);
      if (origin === null) this.#list.make({ do: 'directory', path });
      return;
    }
    const isGrouped = origin?.links != null && entry.type === origin.type;
    const isNewLink =
      entry.type === 'symlink' && (origin?.type !== 'symlink' || origin.target !== entry.target);
    if (isGrouped && !isNewLink) {
      const names = this.#groups.get(origin.links);
      if (names === undefined) this.#groups.set(origin.links, [planned]);
      else names.push(planned);
      return;
    }
    if (isNewLink) this.#list.make({ do: 'symlink', path, target: entry.target });
    const isNew = entry.type === 'file' && (content !== null || this.#losesAttributes(planned));
    if (isNew) this.#write(planned);
    else this.#set(planned);
  }

  /** An entry that a rule adds and that exists since the last run: if another rule drops it, it is added again. */
  #orPresent(planned: PlannedEntry): PlannedEntry {
    const { entry, origin, content } = planned;
    const { source } = this.#plan;
    const present = origin === null ? source.tree.get(entry.path) : undefined;
    if (present?.type !== entry.type || present.links !== null) return planned;
    if (present.target !== entry.target || present.size !== entry.size) return planned;
    const isSame = content === null || source.readFile(present, entry.size).equals(content());
    return isSame ? { ...planned, origin: present, content: null } : planned;
  }

  /** For an entry that a rule adds: another rule may drop what has its name, and sockets do not occupy a name. */
  #makeRoom({ path, type }: Entry): void {
    const { tree, name } = this.#plan.source;
    for (const mount of this.#mounted) {
      const isAbove = path.startsWith(`${mount}/`);
      if (mount !== path && !isAbove && !mount.startsWith(`${path}/`)) continue;
      const what = isAbove ? 'something should be added to it' : 'should be replaced';
      throw new StillrootError('tree-unwritable', `${what}, but something is mounted there`, {
        where: placeOf(name, mount),
        hint: 'Unmount it, and run finalize again.',
      });
    }
    const present = this.#sockets.includes(path) ? 'socket' : tree.get(path)?.type;
    const isDirectory = type === 'directory';
    // rename(2) itself replaces anything but a directory.
    if (present !== undefined && (present === 'directory') !== isDirectory) this.#inWay.add(path);
  }

  /**
   * Handles all kept names of one inode. Names with the same decision stay one file, and no name decides for another.
   */
  #seeGroup({ outside }: HardLinkGroup, names: readonly PlannedEntry[]): void {
    if (names[0]?.entry.type !== 'file') {
      this.#seeShared(names, outside > 0);
    } else if (this.#plan.settings.hardLinks === 'copy' && names.length > 1) {
      for (const planned of names) this.#replaceFile(planned);
    } else {
      const parts = partsBy(names, ({ entry }) => entry.links ?? entry.path);
      if (parts.length === 1) this.#seeFile(names, outside);
      else this.#seeSplit(parts, outside);
    }
  }

  /** One part keeps the inode with its present content; the others become separate files. */
  #seeSplit(parts: readonly PlannedEntry[][], outside: number): void {
    const remaining = parts.find(([first]) => first?.content === null);
    if (this.#settings.isFaked) {
      // A separate file would lose its owner, so they stay together, and only what is decided for all of them is done.
      for (const { entry } of parts.filter((part) => part !== remaining).flat()) this.#joined.add(entry.path);
      this.#seeFile(parts.flat().map(withMetadataOfOrigin), outside);
      return;
    }
    for (const part of parts) {
      if (part === remaining) this.#seeFile(part, outside);
      else this.#replaceFiles(part);
    }
  }

  /** Handles names that stay one file. If there is a name outside the tree, those inside get a separate file. */
  #seeFile(names: readonly PlannedEntry[], outside: number): void {
    const last = names.at(-1) as PlannedEntry;
    const isChanged = last.content !== null || this.#changedMetadata(last) !== undefined;
    if (!isChanged) return;
    if (outside > 0 && this.#settings.isFaked) {
      // A separate file would lose its owner.
      for (const { entry } of names) this.#shared.add(entry.path);
    } else if (outside > 0 || this.#losesAttributes(last)) {
      this.#replaceFiles(names);
    } else if (last.content !== null) {
      this.#write(last, names.length);
    } else {
      this.#set(last);
    }
  }

  /** Handles symlinks, devices or FIFOs that share one inode. A symlink can be recreated; the others cannot. */
  #seeShared(names: readonly PlannedEntry[], isOutside: boolean): void {
    const parts = partsBy(names, ({ entry: { mode, uid, gid } }) => `${mode} ${uid}:${gid}`);
    // Preferably the inode stays with a part for which at most the time would change.
    const remaining = parts.find(([first]) => first !== undefined && this.#keepsInode(first)) ?? parts[0];
    for (const part of parts) {
      for (const planned of part) {
        const { path, type, target } = planned.entry;
        const isSplit = part !== remaining;
        if (!isSplit && this.#changedMetadata(planned) === undefined) continue;
        const isAlone = isSplit || isOutside;
        if (isAlone && type === 'symlink' && !this.#settings.isFaked) {
          this.#list.make({ do: 'symlink', path, target });
        }
        if (isAlone && (type !== 'symlink' || this.#settings.isFaked)) {
          (isSplit ? this.#joined : this.#shared).add(path);
        } else {
          this.#set(planned);
        }
      }
    }
  }

  #keepsInode(planned: PlannedEntry): boolean {
    const changed = this.#changedMetadata(planned);
    return changed?.owner === undefined && changed?.mode === undefined;
  }

  /** Changing the owner drops a file's capabilities for good; a new file gets them last. */
  #losesAttributes(planned: PlannedEntry): boolean {
    const { path } = planned.entry;
    if (!this.#attributed.has(path) || this.#settings.isFaked) return false;
    return this.#settings.keepsAttributes && this.#changedMetadata(planned)?.owner !== undefined;
  }

  #write(planned: PlannedEntry, names = 1): void {
    const { path } = planned.entry;
    const { isFaked, keepsAttributes, canGive } = this.#settings;
    const keepsAll = !isFaked && keepsAttributes && canGive(...this.#ownerOnDisk(planned.entry));
    if (planned.origin === null || (names === 1 && keepsAll)) {
      this.#replaceFile(planned);
      return;
    }
    this.#unlock(path);
    this.#list.fill({ do: 'fill', path, content: this.#contentOf(planned), ...namesOf(planned) });
    this.#set(planned);
  }

  /** Replaces a file by a new one, which has all its metadata before it takes the name. */
  #replaceFile(planned: PlannedEntry): void {
    const { path } = planned.entry;
    this.#list.make({ do: 'write', path, content: this.#contentOf(planned) });
  }

  #replaceFiles(names: readonly PlannedEntry[]): void {
    const last = names.at(-1) as PlannedEntry;
    this.#replaceFile(last);
    for (const { entry } of names.slice(0, -1)) {
      this.#list.make({ do: 'relink', path: entry.path, to: last.entry.path });
    }
  }

  #contentOf(planned: PlannedEntry): DraftContent {
    const { content, origin, entry } = planned;
    const { mode, mtime } = entry;
    return { bytes: content, origin: origin ?? undefined, owner: this.#newOwner(planned), mode, mtime };
  }

  /** Removes what the tree has and the plan does not, deepest first, and sockets, which no archive holds. */
  #removeRest(): void {
    const stays = (path: string): boolean => this.#kept.has(path) && !this.#inWay.has(path);
    for (const path of this.#sockets) if (!stays(path)) this.#list.remove(path, false);
    for (const { path, type } of this.#plan.source.tree.entries.toReversed()) {
      if (!stays(path)) this.#list.remove(path, type === 'directory');
    }
  }

  /** Root may write everywhere; any other user, and a faked root, only where the mode allows it. */
  #unlock(path: string): void {
    const { tree } = this.#plan.source;
    const { uid, isFaked } = this.#settings;
    const origin = path === ROOT ? tree.root : tree.get(path);
    if ((uid === 0 && !isFaked) || origin === undefined) return;
    const wanted = origin.type === 'directory' ? OWNER_ALL : OWNER_WRITE;
    if ((origin.mode & wanted) !== wanted) this.#list.unlock(path, origin.mode | wanted);
  }

  /** Always the last: the journal itself is created and removed in the root. */
  #rootDraft(isTouched: boolean): Draft[] {
    const { root } = this.#plan.source.tree;
    const { mtime } = rootEntry(root, this.#plan.settings);
    if (!isTouched && root.mtime === mtime && root.nanoseconds === 0) return [];
    const mode = this.#list.isUnlocked(ROOT) ? { mode: root.mode } : {};
    return [{ do: 'set', path: ROOT, ...mode, mtime }];
  }

  /** Adds what has to be set after everything else; nothing if the entry is already as planned. */
  #set(planned: PlannedEntry): void {
    const { path, type, mode, mtime } = planned.entry;
    // What is mounted there is not part of the tree, nor are its mode and time.
    if (this.#mounted.has(path)) return;
    const list = this.#list;
    const changed = this.#changedMetadata(planned);
    const isDirectory = type === 'directory';
    const [isMade, isFilled] = [list.isMade(path), list.isFilled(path)];
    const isMoved = isMade || isFilled || (isDirectory && list.touched.has(path));
    const isHidden = this.#settings.isFaked && planned.origin !== null;
    const hasNewMode = type !== 'symlink' && ((!isHidden && (isMade || isFilled)) || list.isUnlocked(path));
    const wanted: Metadata = {
      ...(isMade && !isHidden ? { owner: this.#newOwner(planned) } : {}),
      ...(hasNewMode ? { mode } : {}),
      ...(isMoved ? { mtime } : {}),
      ...changed,
    };
    if (Object.keys(wanted).length === 0) return;
    const names = isMade ? {} : namesOf(planned);
    list.set({ do: 'set', path, ...names, ...wanted }, isDirectory);
  }

  /** What differs from the plan on disk; undefined if nothing does. */
  #changedMetadata({ entry, origin }: PlannedEntry): Metadata | undefined {
    if (origin === null) return undefined;
    const { isFaked } = this.#settings;
    const [uid, gid] = this.#ownerOnDisk(entry);
    const isOther = origin.uid !== uid || origin.gid !== gid;
    const hasOwner = isOther && this.#settings.canGive(uid, gid);
    if (isOther && !hasOwner) this.#notGiven.add(entry.path);
    const losesBits = hasOwner && !isFaked && (entry.mode & SET_ID_BITS) !== 0;
    const hasMode = entry.type !== 'symlink' && (origin.mode !== entry.mode || losesBits);
    const hasTime = origin.mtime !== entry.mtime || origin.nanoseconds !== 0;
    if (!hasOwner && !hasMode && !hasTime) return undefined;
    return {
      ...(hasOwner ? { owner: isFaked ? onlyChanged(origin, [uid, gid]) : ([uid, gid] as const) } : {}),
      ...(hasMode ? { mode: entry.mode } : {}),
      ...(hasTime ? { mtime: entry.mtime } : {}),
    };
  }

  /** Without root, what belongs to root in an archive belongs on disk to the user who built the tree. */
  #ownerOnDisk({ uid, gid }: Entry): Ids {
    const { settings } = this.#plan;
    if (settings.owner.policy !== 'auto' || this.#settings.uid === 0) return [uid, gid];
    return [uid === 0 ? this.#settings.uid : uid, gid === 0 ? this.#settings.gid : gid];
  }

  /** Owner of a new object: what only root could give away stays with the current user. */
  #newOwner({ entry }: PlannedEntry): Ids {
    const [uid, gid] = this.#ownerOnDisk(entry);
    if (this.#settings.canGive(uid, gid)) return [uid, gid];
    this.#notGiven.add(entry.path);
    return [this.#settings.uid, this.#settings.gid];
  }
}

/** Groups them by key, in the order in which they come. */
function partsBy(
  names: readonly PlannedEntry[],
  keyOf: (planned: PlannedEntry) => unknown,
): PlannedEntry[][] {
  const parts = new Map<unknown, PlannedEntry[]>();
  for (const planned of names) {
    const key = keyOf(planned);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [planned]);
    else part.push(planned);
  }
  return [...parts.values()];
}

function withMetadataOfOrigin(planned: PlannedEntry): PlannedEntry {
  const { mode, uid, gid, size } = planned.origin as Entry;
  return { ...planned, content: null, entry: { ...planned.entry, mode, uid, gid, size } };
}

function onlyChanged({ uid, gid }: Entry, [toUid, toGid]: Ids): Ids {
  return [toUid === uid ? LEAVE : toUid, toGid === gid ? LEAVE : toGid];
}

function namesOf({ origin }: PlannedEntry): { readonly names?: Names } {
  const paths = origin?.links?.paths ?? [];
  return paths.length > 1 ? { names: paths } : {};
}
