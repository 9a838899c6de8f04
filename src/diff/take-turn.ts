/** A signal is delivered between turns of the event loop only. @throws whatever it was aborted with */
export async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await new Promise(setImmediate);
  signal.throwIfAborted();
}

/** All steps, with a turn after each. @throws what the steps throw; whatever the signal was aborted with */
export async function finishInTurns<T>(
  steps: Generator<void, T, void>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    await takeTurn(signal);
  }
}
