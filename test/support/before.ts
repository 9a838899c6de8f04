import type { Test } from 'uvu';

/** `test.before` that says what went wrong: uvu itself swallows the error of a hook. */
export function before(test: Test, prepare: () => void | Promise<void>): void {
  test.before(async () => {
    try {
      await prepare();
    } catch (error) {
      console.error(error);
      throw error;
    }
  });
}
