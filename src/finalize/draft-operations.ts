/** Plan -> what has to happen on disk. No I/O: contents are staged later, see journal.ts. */
import { rootEntry } from '../plan/extra-entries.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import type { Draft, DraftContent, Ids, SetDraft } from './draft.ts';
import { DraftList } from './draft-list.ts';

export interface DraftSettings {
  /** Who runs; 0 may do everything. */
  readonly uid: number;
  readonly gid: number;
  /** Whether a new file can get the extended attributes of this one. Where not, it is written in place. */
  readonly keepsAttributes: (path: string) => boolean;
}

export interface Drafts {
  /** In the order in which they are to be carried out. */
  readonly drafts: readonly Draft[];
  /** Devices and FIFOs left as they are, since a name outside the tree would change with them. */
  readonly shared: readonly string[];
}

type Metadata = Pick<SetDraft, 'owner' | 'mode' | 'mtime'>;

const ROOT = '';
const OWNER_WRITE = 0o200;
/** Its owner may list, enter and change it. */
const OWNER_ALL = 0o700;
/** Bits that the kernel takes away from a file that is written to or changes its owner. */
const SET_ID_BITS = 0o6000;

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
  readonly #shared: string[] = [];

  constructor(plan: Plan, settings: DraftSettings) {
    this.#plan = plan;
    this.#settings = settings;
  }

  run(): Drafts {
    const list = this.#list;
    for (const planned of this.#plan.entries()) this.#see(planned);
    for (const names of this.#groups.values()) this.#seeGroup(names);
    this.#removeRest();
    for (const path of list.touched) this.#unlock(path);
    for (const directory of this.#directories) this.#set(directory, 1);
    const drafts = list.inOrder();
    return { drafts: [...drafts, ...this.#rootDraft(drafts.length > 0)], shared: this.#shared };
  }

  #see(planned: PlannedEntry): void {
    const { entry, origin, content } = planned;
    const { path } = entry;
    // The entry `.` is the archive's; the root on disk is set by itself.
    if (path === '.' && entry.type === 'directory') return;
    this.#kept.add(path);
    if (entry.type === 'directory') {
      this.#directories.push(planned);
      if (origin === null) this.#list.make({ do: 'directory', path });
      return;
    }
    if (origin !== null && entry.links !== null) {
      const names = this.#groups.get(entry.links);
      if (names === undefined) this.#groups.set(entry.links, [planned]);
      else names.push(planned);
      return;
    }
    if (entry.type === 'symlink' && (origin?.type !== 'symlink' || origin.target !== entry.target)) {
      if (origin?.type === 'directory') this.#list.remove(path, true);
      this.#list.make({ do: 'symlink', path, target: entry.target });
    }
    if (entry.type === 'file' && content !== null) this.#write(planned, 1);
    else this.#set(planned, 1);
  }

  /** All kept names of one file. Where a name lies outside the tree, those inside get a file of their own. */
  #seeGroup(names: readonly PlannedEntry[]): void {
    const last = names.at(-1) as PlannedEntry;
    const { outside } = last.entry.links as HardLinkGroup;
    const isChanged = last.content !== null || this.#changedMetadata(last) !== undefined;
    if (last.entry.type !== 'file') {
      for (const planned of names) this.#seeShared(planned, outside > 0);
    } else if (this.#plan.settings.hardLinks === 'copy' && names.length > 1) {
      for (const planned of names) this.#replaceFile(planned);
    } else if (isChanged && outside > 0) {
      this.#replaceFile(last);
      for (const { entry } of names.slice(0, -1)) {
        this.#list.make({ do: 'relink', path: entry.path, to: last.entry.path });
      }
    } else if (isChanged) {
      if (last.content !== null) this.#write(last, names.length);
      else this.#set(last, (last.entry.links as HardLinkGroup).paths.length);
    }
  }

  /** A symlink, device or FIFO with several names. A symlink can be made anew, the others not by us. */
  #seeShared(planned: PlannedEntry, isOutside: boolean): void {
    const { path, type, target, links } = planned.entry;
    if (this.#changedMetadata(planned) === undefined) return;
    if (isOutside && type === 'symlink') this.#list.make({ do: 'symlink', path, target });
    if (isOutside && type !== 'symlink') this.#shared.push(path);
    else this.#set(planned, (links as HardLinkGroup).paths.length);
  }

  #write(planned: PlannedEntry, names: number): void {
    const { path } = planned.entry;
    if (planned.origin === null || (names === 1 && this.#settings.keepsAttributes(path))) {
      this.#replaceFile(planned);
      return;
    }
    this.#unlock(path);
    this.#list.fill({ do: 'fill', path, content: this.#contentOf(planned), names });
    this.#set(planned, names);
  }

  /** By a new file, which has all its metadata before it takes the name. */
  #replaceFile(planned: PlannedEntry): void {
    const { path } = planned.entry;
    this.#list.make({ do: 'write', path, content: this.#contentOf(planned) });
  }

  #contentOf({ content, origin, entry }: PlannedEntry): DraftContent {
    const { mode, mtime } = entry;
    return { bytes: content, origin: origin ?? undefined, owner: this.#ownerOnDisk(entry), mode, mtime };
  }

  /** What the tree has and the plan does not, deepest first, and sockets, which no archive holds. */
  #removeRest(): void {
    const { tree, warnings } = this.#plan.source;
    for (const { code, path } of warnings) if (code === 'socket') this.#list.remove(path, false);
    for (const { path, type } of tree.entries.toReversed()) {
      if (!this.#kept.has(path)) this.#list.remove(path, type === 'directory');
    }
  }

  /** Root may write everywhere; everybody else only where the mode says so. */
  #unlock(path: string): void {
    const { tree } = this.#plan.source;
    const origin = path === ROOT ? tree.root : tree.get(path);
    if (this.#settings.uid === 0 || origin === undefined) return;
    const wanted = origin.type === 'directory' ? OWNER_ALL : OWNER_WRITE;
    if ((origin.mode & wanted) !== wanted) this.#list.unlock(path, origin.mode | wanted);
  }

  /** Always the last: the journal itself comes and goes in the root. */
  #rootDraft(isTouched: boolean): Draft[] {
    const { root } = this.#plan.source.tree;
    const { mtime } = rootEntry(root, this.#plan.settings);
    if (!isTouched && root.mtime === mtime && root.nanoseconds === 0) return [];
    const mode = this.#list.isUnlocked(ROOT) ? { mode: root.mode } : {};
    return [{ do: 'set', path: ROOT, names: 1, ...mode, mtime }];
  }

  /** Adds what has to be set after everything else; nothing where the entry is as planned already. */
  #set(planned: PlannedEntry, names: number): void {
    const { path, type, mode, mtime } = planned.entry;
    const list = this.#list;
    const changed = this.#changedMetadata(planned);
    const isDirectory = type === 'directory';
    const isMade = list.isMade(path);
    const isMoved = isMade || (isDirectory && list.touched.has(path));
    const wanted: Metadata = {
      ...changed,
      ...(isMade ? { owner: this.#ownerOnDisk(planned.entry) } : {}),
      ...((isMade || list.isUnlocked(path)) && type !== 'symlink' ? { mode } : {}),
      ...(isMoved ? { mtime } : {}),
    };
    if (Object.keys(wanted).length > 0) list.set({ do: 'set', path, names, ...wanted }, isDirectory);
  }

  /** What on disk is not as planned; undefined for nothing. */
  #changedMetadata({ entry, origin }: PlannedEntry): Metadata | undefined {
    if (origin === null) return undefined;
    const [uid, gid] = this.#ownerOnDisk(entry);
    const hasOwner = origin.uid !== uid || origin.gid !== gid;
    const losesBits = hasOwner && (entry.mode & SET_ID_BITS) !== 0;
    const hasMode = entry.type !== 'symlink' && (origin.mode !== entry.mode || losesBits);
    const hasTime = origin.mtime !== entry.mtime || origin.nanoseconds !== 0;
    if (!hasOwner && !hasMode && !hasTime) return undefined;
    return {
      ...(hasOwner ? { owner: [uid, gid] as const } : {}),
      ...(hasMode ? { mode: entry.mode } : {}),
      ...(hasTime ? { mtime: entry.mtime } : {}),
    };
  }

  /** Without root, what is root's in an archive belongs on disk to whoever made the tree. */
  #ownerOnDisk({ uid, gid }: Entry): Ids {
    const { settings } = this.#plan;
    if (settings.owner.policy !== 'auto' || this.#settings.uid === 0) return [uid, gid];
    return [uid === 0 ? this.#settings.uid : uid, gid === 0 ? this.#settings.gid : gid];
  }
}
