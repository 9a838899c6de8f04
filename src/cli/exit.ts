/** Exit statuses, and how signals become one. */

/** Done or same. */
export const EXIT_OK = 0;
/** Two sides differ, or something would change. */
export const EXIT_DIFFERS = 1;
/** Usage or trouble. */
export const EXIT_TROUBLE = 2;
/** The status of a program that a signal ended is 128 and the number of the signal. */
export const EXIT_SIGNALS: Readonly<Record<'SIGHUP' | 'SIGINT' | 'SIGTERM', number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** Thrown by a verb that a signal ended, after it has cleaned up. */
export class SignalExit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`ended by a signal (${status - 128})`);
    this.status = status;
  }
}

type Signal = keyof typeof EXIT_SIGNALS;

/**
 * Runs work that has something to clean up. A signal aborts it; when the work has ended, and with it the cleaning,
 * the program ends with the status of that signal. Further ones do not end it sooner: they say to wait for nothing.
 *
 * @param work gets a second signal, for what is only waited for out of politeness
 */
export async function withSignals<T>(
  work: (signal: AbortSignal, again: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const again = new AbortController();
  const onSignal = (name: Signal): void => {
    if (controller.signal.aborted) again.abort();
    else controller.abort(new SignalExit(EXIT_SIGNALS[name]));
  };
  const names = Object.keys(EXIT_SIGNALS) as Signal[];
  const stopListening = (): void => {
    for (const name of names) process.off(name, onSignal);
  };
  for (const name of names) process.on(name, onSignal);
  try {
    return await work(controller.signal, again.signal);
  } finally {
    stopListening();
  }
}

/** The same for work that leaves nothing behind: a signal ends the program at once, as it does by default. */
export function withoutSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return work(new AbortController().signal);
}
