/**
 * stillroot in a thread, to whose tables a test has added rows: a thread loads all modules again, so the rows reach no
 * other test, and it starts once for many command lines.
 */
import { once } from 'node:events';
import { parentPort, Worker } from 'node:worker_threads';
import type { Run } from './test-terminal.ts';

/** The last statement of a module that has added rows; what reads the tables is loaded only now. */
export async function answerCommandLines(): Promise<void> {
  const { run } = await import('./test-terminal.ts');
  parentPort?.on('message', async (argv: readonly string[]) => parentPort?.postMessage(await run(argv)));
}

export class ProgramThread {
  readonly #worker: Worker;

  /** @param module the one that adds the rows */
  constructor(module: URL) {
    this.#worker = new Worker(module);
  }

  /** One command line; the next one may start when it has ended. */
  async run(...argv: readonly string[]): Promise<Run> {
    this.#worker.postMessage(argv);
    const [run] = await once(this.#worker, 'message');
    return run as Run;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
