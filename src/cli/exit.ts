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
