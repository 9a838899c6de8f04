/** What a command line starts once Node is known to be new enough. */
import { catchCrashes } from './failures.ts';
import { main } from './main.ts';

/** @returns the exit status */
export async function start(argv: readonly string[]): Promise<number> {
  catchCrashes(argv);
  return main(argv);
}
