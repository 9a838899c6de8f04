/**
 * Leaves the same state as an interrupted run: as a function, and as a program for scripts (ROOT, then operations as
 * JSON).
 */
import { closeSync, openSync } from 'node:fs';
import { Journal } from '../../src/finalize/journal.ts';
import type { Operation } from '../../src/finalize/operation.ts';
import type { KnownMount } from '../../src/finalize/seal.ts';

export function leaveJournal(
  path: string,
  operations: readonly Operation[],
  mounts: readonly KnownMount[] = [],
): void {
  const root = openSync(path, 'r');
  try {
    const journal = Journal.create(path, root);
    journal.commit(operations, mounts);
    journal.abandon();
    journal.close();
  } finally {
    closeSync(root);
  }
}

const [, program, path, ...operations] = process.argv;
if (program === import.meta.filename && path !== undefined) {
  leaveJournal(
    path,
    operations.map((text) => JSON.parse(text) as Operation),
  );
}
