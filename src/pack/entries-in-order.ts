import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { OnEntry } from './assemble.ts';

interface Waiting {
  readonly entry: PlannedEntry;
  /** Whether the digest of its content is still to come. */
  readonly isAsked: boolean;
  readonly content: string | undefined;
}

/** Passes entries on in their order: one whose digest is still to come holds up those behind it. */
export class EntriesInOrder {
  readonly #onEntry: OnEntry;
  #waiting: Waiting[] = [];

  constructor(onEntry: OnEntry) {
    this.#onEntry = onEntry;
  }

  add(entry: PlannedEntry, content: string | undefined): void {
    if (this.#waiting.length === 0) this.#onEntry(entry, content);
    else this.#waiting.push({ entry, isAsked: false, content });
  }

  addAsked(entry: PlannedEntry): void {
    this.#waiting.push({ entry, isAsked: true, content: undefined });
  }

  /** @param digests of contents that were asked for, in this order */
  answer(digests: readonly string[]): void {
    if (digests.length === 0) return;
    let used = 0;
    const stop = this.#waiting.findIndex(({ entry, isAsked, content }) => {
      if (isAsked && used === digests.length) return true;
      this.#onEntry(entry, isAsked ? digests[used] : content);
      if (isAsked) used += 1;
      return false;
    });
    this.#waiting = stop === -1 ? [] : this.#waiting.slice(stop);
  }
}
