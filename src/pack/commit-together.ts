import { StillrootError } from '../errors.ts';
import { outputFailed } from '../system/output-failed.ts';
import type { FileOutput } from './output.ts';
import type { Placement } from './placement.ts';

/**
 * Makes outputs visible: all of them, or none. Until all have their names, what they replace is kept under another
 * name beside it, and comes back where anything fails.
 *
 * @throws the first error, with what could not be undone, if anything
 */
export function commitTogether(outputs: readonly FileOutput[]): void {
  // What can fail for want of space has failed before anything is visible.
  for (const output of outputs) output.seal();
  const placements = outputs.flatMap(({ placement }) => placement ?? []);
  const begun: Placement[] = [];
  try {
    for (const placement of placements) {
      begun.push(placement);
      placement.keep();
    }
    for (const placement of placements) placement.place();
    for (const placement of placements) placement.sync();
  } catch (error) {
    throw withFailures(error, undo(begun));
  }
  forgetAll(placements);
}

/** @returns what could not be undone */
function undo(placements: readonly Placement[]): unknown[] {
  const failures: unknown[] = [];
  for (const placement of placements.toReversed()) {
    try {
      placement.restore();
    } catch (failure) {
      failures.push(failure);
    }
  }
  return failures;
}

/**
 * Removes what was replaced. While all of it is there, a failure takes everything back; after that the new outputs
 * stay, and what cannot be removed is named.
 */
function forgetAll(placements: readonly Placement[]): void {
  const [first, ...rest] = placements.filter(({ kept }) => kept !== undefined);
  try {
    first?.forget();
  } catch (cause) {
    throw withFailures(outputFailed(first?.kept ?? '', cause), undo(placements));
  }
  const remaining = rest.filter((placement) => !forgets(placement) && !forgets(placement));
  if (remaining.length === 0) return;
  throw new StillrootError('output-failed', 'is the old version of an output, and cannot be removed', {
    where: remaining.map(({ kept }) => kept).join(', '),
    hint: 'All new outputs are complete. Remove it by hand.',
  });
}

function forgets(placement: Placement): boolean {
  try {
    placement.forget();
    return true;
  } catch {
    // Tried once more, and then told by its name.
    return false;
  }
}

/** The error that ended it is the one to tell; what stays behind is said with it. */
function withFailures(error: unknown, failures: readonly unknown[]): unknown {
  if (failures.length === 0) return error;
  const said = [error, ...failures].map((each) => (each instanceof Error ? each.message : String(each)));
  const code = error instanceof StillrootError ? error.code : 'output-failed';
  return new StillrootError(code, said.join(' And then: '), { cause: error });
}
