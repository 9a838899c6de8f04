import { EXIT_SIGNALS, SignalExit } from './exit.ts';

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
