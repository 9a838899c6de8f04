/** Exit statuses, including those for signals. */

/** Success, or no differences. */
export const EXIT_OK = 0;
/** Two sides differ, or something would change. */
export const EXIT_DIFFERS = 1;
/** Usage or trouble. */
export const EXIT_TROUBLE = 2;
/** A program ended by a signal has a status of 128 plus the number of the signal. */
export const EXIT_SIGNALS: Readonly<Record<'SIGHUP' | 'SIGINT' | 'SIGTERM', number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** Thrown by a verb that was ended by a signal, after it has cleaned up. */
export class SignalExit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`ended by a signal (${status - 128})`);
    this.status = status;
  }
}

type Signal = keyof typeof EXIT_SIGNALS;

/**
 * Runs work that has something to clean up. A signal aborts it; when the work and its cleanup have ended, the program
 * ends with the status of that signal. Further signals do not interrupt the cleanup: they only cut waiting short.
 *
 * @param work receives a second signal, aborted by further signals, for waits that are only a courtesy
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

/** The same for work with nothing to clean up: a signal ends the program at once, as it does by default. */
export function withoutSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return work(new AbortController().signal);
}
