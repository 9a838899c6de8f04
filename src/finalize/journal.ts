/**
 * What makes an interrupted run harmless. Before anything of the tree is changed, every new content and
 * the list of all operations lie in one directory in the root of the tree. From then on the run can be
 * cut at any point: the next one carries out the same list again. Cut before that, nothing has happened,
 * and the next one starts anew.
 *
 * This holds for a process that is killed. Against a crash of the machine the list is synced, and the
 * contents carry digests, so that a loss is noticed.
 */
import {
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
import { JOURNAL_DIRECTORY } from '../source/journal-directory.ts';
import { placeOf } from '../source/read-failed.ts';
import { encodeJournal, parseJournal } from './journal-format.ts';
import type { Operation, Staged } from './operation.ts';
import { ownerOfNewFiles } from './privileges.ts';
import { isRunning, processMark } from './process-mark.ts';
import { inWritable } from './writable-directory.ts';

/** The list, from the moment on at which it counts. */
const LIST = 'operations';
const LIST_IN_THE_MAKING = 'operations.new';
/** Which process works. */
const MARK = 'process';

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
      // There was none when this run began.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw atWork(source);
      throw error;
    }
    const journal = new Journal(source, root, openDirectoryAt(root, JOURNAL_DIRECTORY));
    return journal.#orClosed(() => journal.#mark());
  }

  /**
   * What an earlier run left; undefined for nothing.
   *
   * @throws finalize-interrupted where another process is at work, or somebody else made the directory
   */
  static open(source: string, root: number): Journal | undefined {
    let directory: number;
    try {
      directory = openDirectoryAt(root, JOURNAL_DIRECTORY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw foreign(source, 'is no directory of finalize');
    }
    const journal = new Journal(source, root, directory);
    return journal.#orClosed(() => {
      journal.#refuseForeign();
      journal.#takeOver();
      journal.#mark();
    });
  }

  /** Where new contents and links wait for their place. */
  nameOf({ number }: Pick<Staged, 'number'>): string {
    return `content-${number}`;
  }

  /** From here on the operations count. */
  commit(operations: readonly Operation[]): void {
    this.#write(LIST_IN_THE_MAKING, encodeJournal(operations), fsyncSync);
    renameSync(this.#place(LIST_IN_THE_MAKING), this.#place(LIST));
    syncDirectory(this.directory);
    // The journal's own name: without it the list would be lost with its directory.
    syncDirectory(this.#root);
  }

  /** Undefined where the run was cut before anything happened. */
  operations(): Operation[] | undefined {
    let descriptor: number;
    try {
      descriptor = openSync(
        this.#place(LIST),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw foreign(this.#source, `holds something else under the name ${LIST}`);
    }
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile() || stats.uid !== ownerOfNewFiles() || stats.nlink !== 1) {
        throw foreign(this.#source, 'holds a list that somebody else made');
      }
      return parseJournal(
        readFileSync(descriptor, 'utf8'),
        placeOf(this.#source, `${JOURNAL_DIRECTORY}/${LIST}`),
      );
    } finally {
      closeSync(descriptor);
    }
  }

  /** The list first: without it what is left counts for nothing. */
  remove(): void {
    const names = readdirSync(`/proc/self/fd/${this.directory}`);
    for (const name of names.sort((a, b) => Number(b === LIST) - Number(a === LIST))) {
      unlinkSync(this.#place(name));
    }
    inWritable(this.#root, () => rmdirSync(childPath(this.#root, JOURNAL_DIRECTORY)));
  }

  close(): void {
    closeSync(this.directory);
  }

  /** To be called where the work failed: this process is no longer at it, and the next may be. */
  abandon(): void {
    rmSync(this.#place(MARK), { force: true });
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

  /**
   * Never over the mark of another: of two that come at once, one has it. The other may find the directory gone, too,
   * where the first has already done its work.
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
   * The list says what becomes whose, so whoever could write one for root could have a program of his
   * made root's. Only a directory that nobody else could write to is believed.
   */
  #refuseForeign(): void {
    const { uid, mode } = fstatSync(this.directory);
    if (uid === ownerOfNewFiles() && (mode & 0o077) === 0) return;
    throw foreign(this.#source, `belongs to user ${uid} with mode 0${(mode & 0o777).toString(8)}`);
  }

  /**
   * Removes the mark of a process that no longer runs. Another may do the same at this moment, and have set
   * its own mark already: so what is moved away is looked at once more, and put back where it is alive.
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

  /** Undefined where there is none; what is no file says nothing. */
  #readMark(name: string): string | undefined {
    try {
      if (!lstatSync(this.#place(name)).isFile()) return '';
      return readFileSync(this.#place(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** Some network filesystems cannot sync a directory; the list itself is synced by then. */
function syncDirectory(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}

function atWork(source: string, mark?: string): StillrootError {
  const which = mark === undefined ? '' : ` (process ${mark.split(' ')[0]})`;
  return new StillrootError('finalize-interrupted', `another finalize is at work${which}`, {
    where: source,
    hint: 'Wait until it has ended.',
  });
}

function foreign(source: string, what: string): StillrootError {
  return new StillrootError('finalize-interrupted', what, {
    where: placeOf(source, JOURNAL_DIRECTORY),
    hint: 'It is not the journal of a finalize of yours; look at it and remove it.',
  });
}
