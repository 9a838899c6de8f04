/** The tree that finalize works on: opened once, completed where an earlier run was cut, scanned, changed. */
import { closeSync, constants, openSync } from 'node:fs';
import type { Plan } from '../plan/plan.ts';
import { DescriptorStack } from '../source/descriptor-stack.ts';
import { type ScanOptions, scanOpenDirectory } from '../source/directory.ts';
import { JOURNAL_DIRECTORY } from '../source/journal-directory.ts';
import { openRoot } from '../source/open-root.ts';
import type { Source } from '../source/source.ts';
import { type AttributeCopier, loadAttributeCopier } from './attributes.ts';
import { type Drafts, draftOperations } from './draft-operations.ts';
import { Journal } from './journal.ts';
import { type Notes, noNotes } from './notes.ts';
import type { Operation } from './operation.ts';
import { type Privileges, readPrivileges } from './privileges.ts';
import { stage } from './stage.ts';
import { TreeWriter } from './tree-writer.ts';
import { verifyStaged } from './verify-staged.ts';
import { writeFailed } from './write-failed.ts';

export class Target {
  readonly #name: string;
  readonly #root: number;
  readonly #privileges: Privileges = readPrivileges();
  readonly #attributes: AttributeCopier | undefined = loadAttributeCopier();

  /**
   * @param path of a directory
   * @throws source-missing, source-refused, source-not-supported, source-unreadable
   */
  constructor(path: string) {
    this.#name = path;
    this.#root = openRoot(path);
  }

  /**
   * Carries out what an interrupted run had decided.
   *
   * @returns how many operations; undefined where none was interrupted
   * @throws finalize-interrupted, tree-unwritable, source-changed
   */
  recover(): number | undefined {
    const journal = Journal.open(this.#name, this.#root);
    if (journal === undefined) return undefined;
    try {
      const operations = journal.operations();
      if (operations !== undefined) {
        this.#guard(JOURNAL_DIRECTORY, 'new contents cannot be read', () =>
          verifyStaged(this.#name, journal, operations),
        );
      }
      this.#carryOut(operations ?? [], journal, noNotes());
      return operations?.length;
    } catch (error) {
      journal.abandon();
      throw error;
    } finally {
      journal.close();
    }
  }

  /** The caller closes the source; the target stays open. */
  scan(options: ScanOptions = {}): Source {
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

  /** @throws tree-unwritable, source-changed, and what reading a file can throw */
  apply({ drafts }: Drafts, source: Source): Notes {
    const notes = noNotes();
    if (drafts.length === 0) return notes;
    const journal = this.#guard('', 'finalize needs to make a directory here', () =>
      Journal.create(this.#name, this.#root),
    );
    try {
      const operations = this.#prepare(drafts, source, journal, notes);
      this.#carryOut(operations, journal, notes);
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
  #prepare(drafts: Drafts['drafts'], source: Source, journal: Journal, notes: Notes): Operation[] {
    const descriptors = new DescriptorStack(this.#root);
    try {
      return this.#guard(JOURNAL_DIRECTORY, 'new contents cannot be written', () => {
        const options = { source, descriptors, journal, attributes: this.#attributes, notes };
        const operations = stage(drafts, options);
        journal.commit(operations);
        return operations;
      });
    } catch (error) {
      journal.remove();
      throw error;
    } finally {
      descriptors.close();
    }
  }

  /** The root once more at the end: that the journal goes is a change in the root, too. */
  #carryOut(operations: readonly Operation[], journal: Journal, notes: Notes): void {
    const writer = new TreeWriter(this.#name, this.#root, operations, {
      staging: journal,
      notes,
      attributes: this.#attributes,
      isFaked: this.#privileges.isFaked,
    });
    const carryOut = (operation: Operation): void =>
      this.#guard(operation.path, FAILED[operation.do], () => writer.carryOut(operation));
    try {
      for (const operation of operations) carryOut(operation);
      this.#guard(JOURNAL_DIRECTORY, 'cannot be removed', () => journal.remove());
      for (const operation of operations) if (isRoot(operation)) carryOut(operation);
    } finally {
      writer.close();
    }
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
  directory: 'cannot be made',
  symlink: 'cannot be replaced',
  write: 'cannot be replaced',
  fill: 'cannot be written',
  relink: 'cannot be linked',
  set: 'owner, mode or time cannot be set',
};
