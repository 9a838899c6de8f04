/** Ends the process if one input takes too long: nothing else can interrupt a loop that never yields. */

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

interface Shared {
  /** Number of the input that is read now. */
  readonly numbers: Int32Array;
  readonly name: string;
  readonly seconds: number;
}

export class Watchdog {
  readonly #numbers: Int32Array;
  readonly #worker: Worker;

  private constructor(numbers: Int32Array, worker: Worker) {
    this.#numbers = numbers;
    this.#worker = worker;
  }

  /** @param name as it is said: the target and its seed */
  static async start(name: string, seconds: number): Promise<Watchdog> {
    const numbers = new Int32Array(new SharedArrayBuffer(4));
    const data: Shared = { numbers, name, seconds };
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    // A thread does not come up while the one that starts it is busy.
    await once(worker, 'message');
    worker.unref();
    return new Watchdog(numbers, worker);
  }

  begin(input: number): void {
    Atomics.store(this.#numbers, 0, input);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

if (!isMainThread) {
  parentPort?.postMessage('ready');
  const { numbers, name, seconds } = workerData as Shared;
  let last = -1;
  setInterval(() => {
    const input = Atomics.load(numbers, 0);
    if (input === last) {
      writeSync(2, `fuzz: input ${input} of ${name} takes more than ${seconds} seconds\n`);
      process.kill(process.pid, 'SIGKILL');
    }
    last = input;
  }, seconds * 1000);
}
