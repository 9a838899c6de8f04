/** The tree that finalize works on: opened once, completed where an earlier run was cut, scanned, changed. */
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { DescriptorStack } from '../source/descriptor-stack.ts';
import { childPath } from '../source/descriptors.ts';
import { type ScanOptions, scanOpenDirectory } from '../source/directory.ts';
import { JOURNAL_DIRECTORY } from '../source/journal-directory.ts';
import { openRoot } from '../source/open-root.ts';
import type { Source } from '../source/source.ts';
import { type AttributeCopier, loadAttributeCopier } from './attributes.ts';
import { type Drafts, draftOperations } from './draft-operations.ts';
import { Journal } from './journal.ts';
import { MountGuard, mountsBelow } from './mount-guard.ts';
import { type Notes, noNotes } from './notes.ts';
import type { Operation } from './operation.ts';
import { type Privileges, readPrivileges } from './privileges.ts';
import { restoreTime } from './restore-time.ts';
import type { KnownMount } from './seal.ts';
import { stage } from './stage.ts';
import type { Steps } from './steps.ts';
import { TreeWriter } from './tree-writer.ts';
import { verifyStaged } from './verify-staged.ts';
import { leftBehind, writeFailed } from './write-failed.ts';

export class Target {
  readonly #name: string;
  readonly #root: number;
  readonly #privileges: Privileges;
  readonly #attributes: AttributeCopier | undefined = loadAttributeCopier();
  /** Mounts in the tree that are to be changed with it. */
  #mounts: readonly KnownMount[] = [];

  /**
   * @param path of a directory
   * @throws source-missing, source-refused, source-not-supported, source-unreadable
   */
  constructor(path: string) {
    this.#name = path;
    // Which says it where /proc is not mounted.
    this.#root = openRoot(path);
    this.#privileges = readPrivileges();
  }

  /**
   * Carries out what an interrupted run had decided.
   *
   * @returns how many operations; undefined where none was interrupted
   * @throws finalize-interrupted, tree-unwritable, source-changed
   */
  *recover(): Steps<number | undefined> {
    const journal = Journal.open(this.#name, this.#root);
    if (journal === undefined) return undefined;
    try {
      const committed = journal.committed();
      const { operations, mounts } = committed ?? { operations: [], mounts: [] };
      if (committed !== undefined) {
        this.#guard(JOURNAL_DIRECTORY, 'new contents cannot be read', () =>
          verifyStaged(this.#name, journal, operations),
        );
      }
      yield* this.#carryOut(operations, journal, noNotes(), mounts);
      return committed?.operations.length;
    } catch (error) {
      journal.abandon();
      throw error;
    } finally {
      journal.close();
    }
  }

  /** The caller closes the source; the target stays open. */
  scan(options: ScanOptions = {}): Source {
    this.#mounts = options.crossMounts === true ? mountsBelow(this.#root) : [];
    const again = openSync(`/proc/self/fd/${this.#root}`, constants.O_RDONLY | constants.O_DIRECTORY);
    return scanOpenDirectory(this.#name, again, options);
  }

  /**
   * What has to be done; nothing is changed.
   *
   * @throws usage, tree-unwritable
   */
  draft(plan: Plan): Drafts {
    return draftOperations(plan, {
      ...this.#privileges,
      keepsAttributes: this.#attributes !== undefined,
    });
  }

  /**
   * Until a step yields `part` the tree is untouched, and an error thrown into it leaves nothing behind.
   *
   * @throws tree-unwritable, source-changed, and what reading a file can throw
   */
  *apply({ drafts }: Drafts, source: Source): Steps<Notes> {
    const notes = noNotes();
    if (drafts.length === 0) return notes;
    const before = fstatSync(this.#root, { bigint: true });
    const journal = this.#create(before);
    try {
      let operations: readonly Operation[];
      try {
        operations = yield* this.#prepare(drafts, source, journal, notes);
      } catch (error) {
        throw this.#asBefore(before, error);
      }
      yield 'part';
      yield* this.#carryOut(operations, journal, notes, this.#mounts);
      return notes;
    } catch (error) {
      journal.abandon();
      throw error;
    } finally {
      journal.close();
    }
  }

  close(): void {
    closeSync(this.#root);
  }

  /** Stages contents and writes the list. Where that fails nothing has happened yet, and nothing is left. */
  *#prepare(drafts: Drafts['drafts'], source: Source, journal: Journal, notes: Notes): Steps<Operation[]> {
    const guard = new MountGuard(this.#name, this.#root, this.#mounts);
    const descriptors = new DescriptorStack(this.#root, (descriptor, path) => guard.check(descriptor, path));
    try {
      const options = { source, descriptors, journal, attributes: this.#attributes, notes };
      const operations = yield* stage(drafts, options);
      journal.commit(operations, this.#mounts);
      return operations;
    } catch (cause) {
      journal.discard();
      throw writeFailed(this.#name, JOURNAL_DIRECTORY, 'new contents cannot be written', cause);
    } finally {
      descriptors.close();
      guard.close();
    }
  }

  /** The root once more at the end: that the journal goes is a change in the root, too. */
  *#carryOut(
    operations: readonly Operation[],
    journal: Journal,
    notes: Notes,
    mounts: readonly KnownMount[],
  ): Steps<void> {
    const writer = new TreeWriter(this.#name, this.#root, operations, {
      staging: journal,
      notes,
      attributes: this.#attributes,
      isFaked: this.#privileges.isFaked,
      mounts,
    });
    const carryOut = (operation: Operation): void =>
      this.#guard(operation.path, FAILED[operation.do], () => writer.carryOut(operation));
    try {
      for (const operation of operations) {
        carryOut(operation);
        yield 'part';
      }
      this.#guard('', 'changed directories cannot be synced', () => writer.syncDirectories());
      this.#guard(JOURNAL_DIRECTORY, 'cannot be removed', () => journal.remove());
      for (const operation of operations) if (isRoot(operation)) carryOut(operation);
    } finally {
      writer.close();
    }
  }

  #create(before: BigIntStats): Journal {
    try {
      return this.#guard('', 'finalize needs to create a directory here', () =>
        Journal.create(this.#name, this.#root),
      );
    } catch (error) {
      throw this.#asBefore(before, error);
    }
  }

  /**
   * Gives the root its time back after work that failed before the list counted.
   *
   * @returns the error to tell, which says what is left
   */
  #asBefore(before: BigIntStats, error: unknown): unknown {
    // Another finalize is at work: the directory is not ours, nor is what happened to the root.
    if (error instanceof StillrootError && error.code === 'finalize-interrupted') return error;
    if (lstatSync(childPath(this.#root, JOURNAL_DIRECTORY), { throwIfNoEntry: false }) !== undefined) {
      return leftBehind(this.#name, error);
    }
    try {
      restoreTime(this.#root, before);
    } catch {
      // The first failure is what is told.
    }
    return error;
  }

  #guard<T>(path: string, what: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw writeFailed(this.#name, path, what, cause);
    }
  }
}

function isRoot({ path, do: name }: Operation): boolean {
  return path === '' && name === 'set';
}

const FAILED: Readonly<Record<Operation['do'], string>> = {
  unlock: 'cannot be made writable',
  remove: 'cannot be removed',
  directory: 'cannot be created',
  symlink: 'cannot be replaced',
  write: 'cannot be replaced',
  fill: 'cannot be written',
  relink: 'cannot be linked',
  set: 'owner, mode or time cannot be set',
};
