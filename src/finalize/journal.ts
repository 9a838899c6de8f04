/**
 * Makes an interrupted run harmless. Before anything in the tree is changed, all new contents and the list of all
 * operations are stored in one directory in the root of the tree. From then on the run can be interrupted at any point:
 * the next one performs the same list again. If interrupted before that, nothing has happened, and the next run starts
 * over.
 *
 * This holds for a process that is killed, and for a crash of the machine: contents are synced before the list is
 * committed, and the changed tree before the journal is removed. Contents also have digests, for filesystems and disks
 * that break their promises.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, openDirectoryAt } from '../source/descriptors.ts';
import { mountIdOf } from '../source/mount-points.ts';
import { placeOf } from '../source/read-failed.ts';
import { JOURNAL_DIRECTORY } from '../source/source.ts';
import { showPath } from '../tree/path.ts';
import { inWritable, syncDirectory } from './file-calls.ts';
import { encodeJournal, LIST_MAX, parseJournal } from './journal-format.ts';
import { mountedAt } from './mount-guard.ts';
import type { Operation, Staged } from './operation.ts';
import { ownerOfNewFiles } from './privileges.ts';
import { encodeSeal, type KnownMount, parseSeal, refuseOtherPlace, type Sealed, sealOf } from './seal.ts';

/** The list of operations. It takes effect once it is sealed. */
const LIST = 'list';
/** Binds the list to this place, and takes effect under this name; see seal.ts. */
const SEAL = 'seal';
const SEAL_IN_THE_MAKING = 'seal.new';
/** Bytes; that of a tree with ten thousand mounts is smaller. */
const SEAL_MAX = 1024 * 1024;
/** Names the process that is working. */
const MARK = 'process';
/** Bytes; a mark is two decimal numbers. */
const MARK_MAX = 64;
/** What finalize creates in the directory, and therefore may remove: see also move-into-place.ts and stage.ts. */
const OURS = /^(?:list|seal|seal\.new|process|process\.\d+|content-\d+|passing|plain-name)$/;

export interface Committed {
  readonly operations: Operation[];
  /** Mounts in the tree that are to be changed with it. */
  readonly mounts: readonly KnownMount[];
}

export class Journal {
  /** Descriptor of the journal's directory. */
  readonly directory: number;
  readonly #source: string;
  readonly #root: number;

  private constructor(source: string, root: number, directory: number) {
    this.#source = source;
    this.#root = root;
    this.directory = directory;
  }

  /**
   * An empty journal.
   *
   * @throws finalize-interrupted where another process came first
   */
  static create(source: string, root: number): Journal {
    try {
      inWritable(root, () => mkdirSync(childPath(root, JOURNAL_DIRECTORY), 0o700));
    } catch (error) {
      // It did not exist when this run began.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw atWork(source);
      throw error;
    }
    let journal: Journal | undefined;
    try {
      journal = new Journal(source, root, openDirectoryAt(root, JOURNAL_DIRECTORY));
      journal.#mark();
      return journal;
    } catch (error) {
      if (!(error instanceof StillrootError)) undo(root, journal);
      journal?.close();
      throw error;
    }
  }

  /**
   * What an earlier run left; undefined for nothing.
   *
   * @throws finalize-interrupted where another process is running, or the directory was created by something else;
   *   tree-unwritable where something is mounted on it
   */
  static open(source: string, root: number): Journal | undefined {
    let directory: number;
    try {
      directory = openDirectoryAt(root, JOURNAL_DIRECTORY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw foreign(source, 'is not a directory that finalize created');
    }
    const journal = new Journal(source, root, directory);
    return journal.#orClosed(() => {
      if (mountIdOf(directory) !== mountIdOf(root)) throw mountedAt(source, JOURNAL_DIRECTORY);
      journal.#refuseForeign();
      journal.#takeOver();
      journal.#mark();
    });
  }

  /** Name under which a new content or link waits for its place. */
  nameOf({ number }: Pick<Staged, 'number'>): string {
    return `content-${number}`;
  }

  /**
   * From here on the operations are committed. New contents must have been synced.
   *
   * @param mounts in the tree that are to be changed with it
   * @throws tree-unwritable for more operations than a journal holds
   */
  commit(operations: readonly Operation[], mounts: readonly KnownMount[] = []): void {
    this.#write(LIST, encodeJournal(operations), fsyncSync);
    const list = lstatSync(this.#place(LIST), { bigint: true });
    const seal = sealOf({ ...this.#ownNumbers(), list }, mounts);
    this.#write(SEAL_IN_THE_MAKING, encodeSeal(seal), fsyncSync);
    // Syncs the names of the new contents, which are already synced: a content whose name is missing counts as moved
    // into place.
    syncDirectory(this.directory);
    renameSync(this.#place(SEAL_IN_THE_MAKING), this.#place(SEAL));
    syncDirectory(this.directory);
    // The journal's own name: without it the list would be lost with its directory.
    syncDirectory(this.#root);
  }

  /**
   * What an interrupted run had committed; undefined if it was interrupted before anything happened.
   *
   * @throws finalize-interrupted where this is not a journal of finalize, or was not written here
   */
  committed(): Committed | undefined {
    const where = placeOf(this.#source, `${JOURNAL_DIRECTORY}/${SEAL}`);
    const sealed = this.#readOwn(SEAL, SEAL_MAX);
    if (sealed === undefined) return undefined;
    const seal = parseSeal(sealed.text, where);
    const list = this.#readOwn(LIST, LIST_MAX, (stats) =>
      refuseOtherPlace(seal, { ...this.#ownNumbers(), list: stats }, where),
    );
    if (list === undefined) throw foreign(this.#source, `contains ${SEAL} without ${LIST}`);
    const operations = parseJournal(list.text, placeOf(this.#source, `${JOURNAL_DIRECTORY}/${LIST}`));
    return { operations, mounts: seal.mounts };
  }

  /** The seal first: without it the rest has no effect. */
  remove(): void {
    const names = readdirSync(`/proc/self/fd/${this.directory}`);
    for (const name of names.sort((a, b) => Number(b === SEAL) - Number(a === SEAL))) {
      unlinkSync(this.#place(name));
    }
    inWritable(this.#root, () => rmdirSync(childPath(this.#root, JOURNAL_DIRECTORY)));
  }

  /** The same if the work failed before anything in the tree was changed; that failure is what gets reported. */
  discard(): void {
    try {
      this.remove();
    } catch {
      // The caller checks what is left.
    }
  }

  close(): void {
    closeSync(this.directory);
  }

  /** To be called when the work has failed: this process no longer works on the tree, so that the next one may. */
  abandon(): void {
    try {
      rmSync(this.#place(MARK), { force: true });
    } catch {
      // The failure that led here is what gets reported. The mark of a process that has ended blocks no other.
    }
  }

  #orClosed(work: () => void): this {
    try {
      work();
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #place(name: string): Buffer {
    return childPath(this.directory, name);
  }

  #ownNumbers(): Pick<Sealed, 'root' | 'directory'> {
    return {
      root: fstatSync(this.#root, { bigint: true }),
      directory: fstatSync(this.directory, { bigint: true }),
    };
  }

  /**
   * Reads a file of the directory that only finalize can have created; undefined where there is none.
   *
   * @param max bytes
   * @param check checks its type before it is read
   */
  #readOwn(name: string, max: number, check?: (stats: BigIntStats) => void): { text: string } | undefined {
    let descriptor: number;
    try {
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      descriptor = openSync(this.#place(name), flags);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw foreign(this.#source, `contains something else named ${name}`);
    }
    try {
      const stats = fstatSync(descriptor, { bigint: true });
      const isOwn = stats.isFile() && Number(stats.uid) === ownerOfNewFiles() && stats.nlink === 1n;
      if (!isOwn) throw foreign(this.#source, `contains a file ${name} created by another user`);
      if (stats.size > max) {
        throw foreign(this.#source, `contains a file ${name} of ${stats.size} bytes, wanted at most ${max}`);
      }
      check?.(stats);
      return { text: readFileSync(descriptor, 'utf8') };
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Never overwrites the mark of another process: of two that start at once, one succeeds. The other may even find the
   * directory gone, if the first has already finished.
   */
  #mark(): void {
    try {
      this.#write(MARK, processMark());
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' || code === 'ENOENT') throw atWork(this.#source);
      throw error;
    }
  }

  #write(name: string, text: string, sync?: (descriptor: number) => void): void {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(this.#place(name), flags, 0o600);
    try {
      writeFileSync(descriptor, text);
      sync?.(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * The list sets owners, so anyone able to write one for root could have their own program become root's. Only a
   * directory that no other user could write to is read, and only one that holds nothing but what finalize creates
   * there is ever removed.
   */
  #refuseForeign(): void {
    const { uid, mode } = fstatSync(this.directory);
    if (uid !== ownerOfNewFiles() || (mode & 0o077) !== 0) {
      throw foreign(this.#source, `belongs to user ${uid} with mode 0${(mode & 0o777).toString(8)}`);
    }
    for (const name of readdirSync(`/proc/self/fd/${this.directory}`, { encoding: 'latin1' })) {
      // It may be gone by now: another finalize is running, as its mark will show.
      const stats = lstatSync(this.#place(name), { throwIfNoEntry: false });
      if (OURS.test(name) && stats?.isDirectory() !== true) continue;
      throw foreign(
        this.#source,
        `contains ${showPath(name)}, which this version of finalize does not create`,
      );
    }
  }

  /**
   * Removes the mark of a process that no longer runs. Another process may be doing the same, and have already set its
   * own mark: so the mark that was moved away is checked once more, and put back if its process is alive.
   */
  #takeOver(): void {
    const found = this.#readMark(MARK);
    if (found === undefined) return;
    if (isRunning(found)) throw atWork(this.#source, found);
    const aside = `${MARK}.${process.pid}`;
    try {
      renameSync(this.#place(MARK), this.#place(aside));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const moved = this.#readMark(aside);
    if (moved !== undefined && isRunning(moved)) {
      renameSync(this.#place(aside), this.#place(MARK));
      throw atWork(this.#source, moved);
    }
    rmSync(this.#place(aside), { force: true });
  }

  /** Undefined where there is none, where it is not a file, or where it is too large to be a mark. */
  #readMark(name: string): string | undefined {
    try {
      const stats = lstatSync(this.#place(name));
      if (!stats.isFile() || stats.size > MARK_MAX) return '';
      return readFileSync(this.#place(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** Removes the remains of a journal that could not be set up. If that fails, too, the caller reports what is left. */
function undo(root: number, journal: Journal | undefined): void {
  try {
    journal?.abandon();
    inWritable(root, () => rmdirSync(childPath(root, JOURNAL_DIRECTORY)));
  } catch {
    // The first failure is what gets reported.
  }
}

function atWork(source: string, mark?: string): StillrootError {
  const which = mark === undefined ? '' : ` (process ${mark.split(' ')[0]})`;
  return new StillrootError('finalize-interrupted', `another finalize is running${which}`, {
    where: source,
    hint: 'Wait until it has ended.',
  });
}

function foreign(source: string, what: string): StillrootError {
  return new StillrootError('finalize-interrupted', what, {
    where: placeOf(source, JOURNAL_DIRECTORY),
    hint: 'None of it was carried out, since it is not the journal of a finalize run by you. Inspect it and remove it.',
  });
}

/** Field 22 of /proc/PID/stat (proc(5)): when the process started, to detect reused process numbers. */
const START_TIME_FIELD = 22;

/** Number and start of this process. */
export function processMark(): string {
  return `${process.pid} ${startOf(process.pid) ?? ''}`;
}

/** Whether the process with this mark, as far as it can be seen from here, still runs. */
export function isRunning(mark: string): boolean {
  const [id = '', start = ''] = mark.split(' ');
  return /^[1-9]\d{0,9}$/.test(id) && start !== '' && startOf(Number(id)) === start;
}

function startOf(id: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'latin1');
    // Field 2, the name in parentheses, may contain anything; field 3 follows the last closing parenthesis.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD - 3];
  } catch {
    return undefined;
  }
}
