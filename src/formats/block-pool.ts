import type { Worker } from 'node:worker_threads';
import { lackOfSystem, StillrootError } from '../errors.ts';
import { startThread, type ThreadEntryPoint } from '../system/entry-points.ts';
import type { BlockResult, BlockTask, WholeBlock } from './block-thread.ts';

export interface EncodedBlock extends WholeBlock {
  /** The raw buffer that was submitted, for reuse; its content is overwritten. */
  readonly buffer: Uint8Array<ArrayBuffer>;
}

export interface BlockPoolOptions<Settings> {
  /** Number of encoding threads, at least 1. Does not affect the output bytes. */
  readonly jobs: number;
  /** What the threads start with; it calls `serveBlocks`. */
  readonly thread: ThreadEntryPoint;
  /** Passed to every block; must be cloneable. */
  readonly settings: Settings;
  /** Whether a thread encodes one block after another, or ends with its first one, and all its memory with it. */
  readonly keepsThreads: boolean;
}

interface Job<Settings> {
  readonly task: BlockTask<Settings>;
  readonly resolve: (block: EncodedBlock) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Encodes blocks on worker threads. The first failure ends the pool: every unfinished block fails with the same error.
 */
export class BlockPool<Settings> {
  readonly #options: BlockPoolOptions<Settings>;
  readonly #queue: Job<Settings>[] = [];
  /** Every thread, with the block that it encodes; undefined while it has none. */
  readonly #threads = new Map<Worker, Job<Settings> | undefined>();
  readonly #waiting: Array<{ resolve: () => void; reject: (error: unknown) => void }> = [];
  #failure: StillrootError | undefined;

  constructor(options: BlockPoolOptions<Settings>) {
    if (!Number.isInteger(options.jobs) || options.jobs < 1) throw new RangeError('jobs is at least 1');
    this.#options = options;
  }

  /**
   * Encodes the first `length` bytes of `raw` as one block. Blocks may finish in any order.
   * @param raw owns its whole ArrayBuffer, which is transferred: `raw` is empty afterwards
   * @returns rejects with a StillrootError where the block or any other of this pool failed
   */
  submit(raw: Uint8Array<ArrayBuffer>, length: number): Promise<EncodedBlock> {
    if (this.#failure !== undefined) return rejected(this.#failure);
    if (raw.byteLength !== raw.buffer.byteLength || length < 1 || length > raw.byteLength) {
      return rejected(
        new StillrootError('internal', `a block of ${length} bytes in a buffer of ${raw.byteLength}`),
      );
    }
    // Transferred at once, queued or not, so that the caller cannot keep writing into it.
    const task = { buffer: raw.buffer.transfer(), length, settings: this.#options.settings };
    const promise = new Promise<EncodedBlock>((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
    });
    // A caller that awaits its blocks in order sees this failure later; it is not unhandled.
    promise.catch(() => {});
    this.#startNext();
    return promise;
  }

  /**
   * Resolves as soon as at most `jobs` raw buffers are in flight. Awaited before filling a buffer, it
   * limits the live raw buffers to `jobs` + 1 while no thread ever waits for work.
   * @returns rejects where the pool failed or was closed
   */
  whenFree(): Promise<void> {
    if (this.#failure !== undefined) return rejected(this.#failure);
    if (this.#isFree()) return Promise.resolve();
    const promise = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    promise.catch(() => {});
    return promise;
  }

  /** Ends all threads, even in the middle of a block. Unfinished blocks are rejected. */
  async close(): Promise<void> {
    await this.#fail(new StillrootError('internal', 'the block pool was closed before its blocks were done'));
  }

  #isFree(): boolean {
    return this.#queue.length + this.#busy() <= this.#options.jobs;
  }

  /** Number of threads that encode, or are about to end. */
  #busy(): number {
    let busy = 0;
    for (const job of this.#threads.values()) busy += job === undefined ? 0 : 1;
    return busy;
  }

  #startNext(): void {
    while (this.#failure === undefined && this.#queue.length > 0) {
      const worker = this.#idleThread();
      if (worker === undefined) return;
      const job = this.#queue.shift()!;
      this.#threads.set(worker, job);
      worker.postMessage(job.task, [job.task.buffer]);
    }
  }

  /** @returns undefined where all of them are at work, and there may be no more */
  #idleThread(): Worker | undefined {
    for (const [worker, job] of this.#threads) {
      if (job === undefined) return worker;
    }
    return this.#threads.size < this.#options.jobs ? this.#startThread() : undefined;
  }

  #startThread(): Worker {
    const worker = startThread(this.#options.thread, {
      name: 'stillroot block',
      // An encoder must not inherit the parent's flags, such as --inspect-brk or a loader, nor its
      // environment: some variables would make the library load another binary.
      execArgv: [],
      env: nodeOnly(process.env),
    });
    this.#threads.set(worker, undefined);
    let isEnding = false;
    worker.on('message', (result: BlockResult) => {
      this.#threads.get(worker)?.resolve({ ...result, buffer: new Uint8Array(result.buffer) });
      if (this.#options.keepsThreads) {
        this.#threads.set(worker, undefined);
        this.#startNext();
        this.#wake();
      } else {
        isEnding = true;
        void worker.terminate();
      }
    });
    worker.once(
      'messageerror',
      (cause) => void this.#fail(threadFailure('gave an unreadable answer', cause)),
    );
    worker.once('error', (cause) => void this.#fail(threadFailure('failed', cause)));
    // Another may start once the thread is gone, and its memory with it.
    worker.once('exit', (code) => {
      this.#threads.delete(worker);
      if (!isEnding) void this.#fail(threadFailure(`exited with code ${code} before its blocks were done`));
      this.#startNext();
      this.#wake();
    });
    return worker;
  }

  #wake(): void {
    if (!this.#isFree()) return;
    for (const waiter of this.#waiting.splice(0)) waiter.resolve();
  }

  async #fail(failure: StillrootError): Promise<void> {
    this.#failure ??= failure;
    const workers = [...this.#threads.keys()];
    for (const job of [...this.#threads.values(), ...this.#queue.splice(0)]) job?.reject(this.#failure);
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#failure);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Variables of Node itself: the coverage directory, and the compile cache without which every thread recompiles its modules. */
const NODE_VARIABLES = ['NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE'] as const;

function nodeOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    NODE_VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

function threadFailure(what: string, cause?: unknown): StillrootError {
  const lack = lackOfSystem(cause);
  if (lack !== undefined) {
    return new StillrootError('system', `an encoder thread ${what}: ${lack.what}`, {
      hint: `${lack.hint} Or use fewer jobs (-j).`,
      cause,
    });
  }
  const detail = cause instanceof Error ? `: ${cause.message}` : '';
  return new StillrootError('internal', `an encoder thread ${what}${detail}`, {
    hint: 'If memory ran out, use fewer jobs (-j).',
    cause,
  });
}

function rejected(error: StillrootError): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}
