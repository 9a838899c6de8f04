/** Mirrors close connections now and then; a program that fetches from one may be run again. */
const MAX_TRIES = 3;

/** @param undo removes what a failed try leaves */
export async function retried<T>(
  work: () => Promise<T>,
  undo: () => void | Promise<void> = () => {},
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      await undo();
      const isMirror =
        /Failed to fetch|Connection (failed|timed out|reset)|Hash Sum mismatch|Couldn't download/;
      if (tries === MAX_TRIES || !isMirror.test(String(error))) throw error;
    }
  }
}
