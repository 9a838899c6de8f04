/**
 * Work that can be stopped between its steps, so that a signal leaves the tree untouched or in a state that can be
 * completed.
 */

/** What a run has done to the tree: nothing, a part of the list, or all of it. */
export type Reached = 'nothing' | 'part' | 'all';

/** Yields after each step how far it has got. An error thrown into it makes it clean up like any other failure. */
export type Steps<T> = Generator<Reached, T, void>;

/** Performs all steps without pausing. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

export interface Interruption<T> {
  readonly signal: AbortSignal;
  /** Called after each step. */
  readonly onStep?: (reached: Reached) => void;
  /** How far the work has got after its last step. */
  readonly atEnd: (result: T) => Reached;
  /** Called once the work has cleaned up. */
  readonly onInterrupted: (reached: Reached) => void;
}

/**
 * The same, with a turn of the event loop after each step: signals are only delivered there.
 *
 * @throws the reason of the signal when it is aborted; whatever the steps throw
 */
export async function finishUnlessAborted<T>(steps: Steps<T>, interruption: Interruption<T>): Promise<T> {
  const { signal, onStep, atEnd, onInterrupted } = interruption;
  for (;;) {
    const next = steps.next();
    if (next.done !== true) onStep?.(next.value);
    await new Promise(setImmediate);
    if (!signal.aborted) {
      if (next.done === true) return next.value;
      continue;
    }
    const reason: unknown = signal.reason;
    try {
      if (next.done !== true) steps.throw(reason);
    } catch (error) {
      if (error !== reason) throw error;
    }
    onInterrupted(next.done === true ? atEnd(next.value) : next.value);
    throw reason;
  }
}

/** What could not be done without being a failure. Paths are byte strings. */
export interface Notes {
  /** The owner could not be set, although it seemed possible. */
  readonly owners: Set<string>;
  /** Paths that an archive would drop, but that have something mounted on or below them on disk. */
  readonly mounts: Set<string>;
  /** Extended attributes that a rewritten file lost, by its path. */
  readonly attributes: Map<string, readonly string[]>;
}

/** Notes of a run that has not had to report anything yet. */
export function noNotes(): Notes {
  return { owners: new Set(), mounts: new Set(), attributes: new Map() };
}
