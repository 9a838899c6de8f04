/** The tree that finalize works on: opened once, completed if an earlier run was interrupted, scanned, changed. */

import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { childPath, DescriptorStack } from '../source/descriptors.ts';
import { type ScanOptions, scanOpenDirectory } from '../source/directory.ts';
import { openRoot } from '../source/open-root.ts';
import { placeOf } from '../source/read-failed.ts';
import { JOURNAL_DIRECTORY, type Source } from '../source/source.ts';
import { type Drafts, draftOperations } from './draft-operations.ts';
import { type AttributeCopier, loadAttributeCopier, pieceBuffer, restoreTime } from './file-calls.ts';
import { Journal } from './journal.ts';
import { MountGuard, mountsBelow } from './mount-guard.ts';
import type { Operation, Staged } from './operation.ts';
import { type Privileges, readPrivileges } from './privileges.ts';
import type { KnownMount } from './seal.ts';
import { stage } from './stage.ts';
import { type Notes, noNotes, type Steps } from './steps.ts';
import { TreeWriter } from './tree-writer.ts';

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
    // Also reports it if /proc is not mounted.
    this.#root = openRoot(path);
    this.#privileges = readPrivileges();
  }

  /**
   * Performs what an interrupted run had committed.
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
   * Determines what has to be done; nothing is changed.
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

  /** Stages contents and writes the list. If that fails, nothing has happened yet, and nothing is left. */
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

  /** Sets the root once more at the end: removing the journal changes the root, too. */
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
   * Restores the time of the root after work that failed before the list was committed.
   *
   * @returns the error to report, which says what is left
   */
  #asBefore(before: BigIntStats, error: unknown): unknown {
    // Another finalize is running: the directory and the changes to the root are its own.
    if (error instanceof StillrootError && error.code === 'finalize-interrupted') return error;
    if (lstatSync(childPath(this.#root, JOURNAL_DIRECTORY), { throwIfNoEntry: false }) !== undefined) {
      return leftBehind(this.#name, error);
    }
    try {
      restoreTime(this.#root, before);
    } catch {
      // The first failure is what gets reported.
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

const HINTS: Readonly<Record<string, string>> = {
  EROFS:
    'The filesystem is mounted read-only; mount it writable, or use pack, which does not modify the tree.',
  EACCES: 'Run as root, or as the user the tree belongs to.',
  EPERM:
    'Run as root, or as the user the tree belongs to. An immutable file (lsattr shows i) needs chattr -i first.',
  EBUSY: 'Something is mounted there; unmount it, and run finalize again.',
  ENOSPC: 'Free some space: new contents are written before old ones are removed.',
  EDQUOT: 'The quota is exceeded: new contents are written before old ones are removed.',
};

const REPLACED: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'EISDIR',
  'ENOTEMPTY',
  'ESTALE',
]);

/** What a failed change to the tree means to a user; anything but a system error is returned unchanged. */
export function writeFailed(source: string, path: string, what: string, cause: unknown): unknown {
  if (cause instanceof StillrootError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  const where = placeOf(source, path);
  if (REPLACED.has(code)) {
    return new StillrootError('source-changed', `was replaced during finalize: ${what} (${code})`, {
      where,
      hint: 'Make sure that nothing else writes to the tree, and run finalize again.',
      cause,
    });
  }
  return new StillrootError('tree-unwritable', `${what} (${code})`, {
    where,
    hint: HINTS[code] ?? 'Check the filesystem it is on, and run finalize again.',
    cause,
  });
}

/** A failure before anything in the tree was changed, after which the journal's directory could not be removed. */
function leftBehind(source: string, cause: unknown): unknown {
  if (!(cause instanceof StillrootError)) return cause;
  const where = placeOf(source, JOURNAL_DIRECTORY);
  return new StillrootError(cause.code, cause.message, {
    hint: `The tree was not changed, but ${where} could not be removed: fix that, and run finalize again.`,
    cause,
  });
}

/**
 * Before an interrupted run is completed: the contents must be present and complete. A content already moved into place
 * is no longer there to check.
 *
 * @throws finalize-interrupted
 */
export function verifyStaged(source: string, journal: Journal, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.do !== 'write' && operation.do !== 'fill') continue;
    const { staged } = operation;
    const found = measure(journal, staged);
    if (found === undefined && operation.do === 'write') continue;
    if (found?.size === staged.size && found.sha256 === staged.sha256) continue;
    throw new StillrootError(
      'finalize-interrupted',
      `the new content of an interrupted finalize is lost (wanted ${staged.size} bytes, found ${found?.size ?? 'none'})`,
      {
        where: placeOf(source, operation.path),
        hint: 'The machine stopped while the content was being written. Bootstrap the tree again.',
      },
    );
  }
}

/** Undefined where the content is absent; never holds more than one piece of it. */
function measure(journal: Journal, staged: Staged): Pick<Staged, 'size' | 'sha256'> | undefined {
  const place = childPath(journal.directory, journal.nameOf(staged));
  let descriptor: number;
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    descriptor = openSync(place, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw error;
    // It already has its final mode, which its owner may be unable to read: a shadow file of mode 0.
    return { size: lstatSync(place).size, sha256: staged.sha256 };
  }
  try {
    const hash = createHash('sha256');
    const buffer = pieceBuffer(staged.size);
    let size = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, 0, buffer.length, null);
      if (count === 0) return { size, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, count));
      size += count;
    }
  } finally {
    closeSync(descriptor);
  }
}
