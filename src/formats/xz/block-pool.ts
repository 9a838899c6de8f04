import { Worker } from 'node:worker_threads';
import { lackOfSystem, StillrootError } from '../../errors.ts';
import type { BlockResult, BlockTask } from './block-worker.ts';
import type { BlockOptions, WholeBlock } from './encode-block.ts';
import { assertEncoder } from './encoder.ts';

export interface EncodedBlock extends WholeBlock {
  /** The raw buffer that was submitted, for reuse; its content is overwritten. */
  readonly buffer: Uint8Array<ArrayBuffer>;
}

export interface BlockPoolOptions {
  /** Number of encoding threads, at least 1. Does not affect the output bytes. */
  readonly jobs: number;
  readonly level: Pick<BlockOptions, 'preset' | 'dictionary'>;
}

interface Job {
  readonly task: BlockTask;
  readonly resolve: (block: EncodedBlock) => void;
  readonly reject: (error: unknown) => void;
}

const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? './block-worker.ts' : './block-worker.js',
  import.meta.url,
);

/**
 * Encodes blocks on worker threads, each on a new one: the encoder's memory (about 95 MB with a
 * dictionary of 8 MiB) is not freed while its thread lives, so a thread ends with its block.
 *
 * The first failure ends the pool: every unfinished block fails with the same error.
 */
export class BlockPool {
  readonly #jobs: number;
  readonly #level: BlockPoolOptions['level'];
  readonly #queue: Job[] = [];
  readonly #running = new Map<Worker, Job>();
  readonly #waiting: Array<{ resolve: () => void; reject: (error: unknown) => void }> = [];
  #failure: StillrootError | undefined;

  constructor(options: BlockPoolOptions) {
    if (!Number.isInteger(options.jobs) || options.jobs < 1) throw new RangeError('jobs is at least 1');
    assertEncoder();
    this.#jobs = options.jobs;
    this.#level = options.level;
  }

  /**
   * Encodes the first `length` bytes of `raw` as one block. Blocks may finish in any order.
   * @param x86 whether the x86 filter runs; `auto` lets the thread decide from the content
   * @param raw owns its whole ArrayBuffer, which is transferred: `raw` is empty afterwards
   * @returns rejects with a StillrootError where the block or any other of this pool failed
   */
  submit(raw: Uint8Array<ArrayBuffer>, length: number, x86: boolean | 'auto'): Promise<EncodedBlock> {
    if (this.#failure !== undefined) return rejected(this.#failure);
    if (raw.byteLength !== raw.buffer.byteLength || length < 1 || length > raw.byteLength) {
      return rejected(
        new StillrootError('internal', `a block of ${length} bytes in a buffer of ${raw.byteLength}`),
      );
    }
    const { preset, dictionary } = this.#level;
    // Transferred at once, queued or not, so that the caller cannot keep writing into it.
    const task: BlockTask = { buffer: raw.buffer.transfer(), length, preset, dictionary, x86 };
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
    return this.#queue.length + this.#running.size <= this.#jobs;
  }

  #startNext(): void {
    while (this.#failure === undefined && this.#running.size < this.#jobs) {
      const job = this.#queue.shift();
      if (job === undefined) return;
      this.#start(job);
    }
  }

  #start(job: Job): void {
    const worker = new Worker(WORKER_FILE, {
      name: 'stillroot block',
      workerData: job.task,
      transferList: [job.task.buffer],
      // An encoder must not inherit the parent's flags, such as --inspect-brk or a loader, nor its
      // environment: some variables would make the library load another binary.
      execArgv: [],
      env: nodeOnly(process.env),
    });
    this.#running.set(worker, job);
    let done = false;
    worker.once('message', (result: BlockResult) => {
      done = true;
      job.resolve({ ...result, buffer: new Uint8Array(result.buffer) });
      void worker.terminate();
    });
    worker.once(
      'messageerror',
      (cause) => void this.#fail(threadFailure('gave an unreadable answer', cause)),
    );
    worker.once('error', (cause) => void this.#fail(threadFailure('failed', cause)));
    // The slot is free once the thread is gone, and its memory with it.
    worker.once('exit', (code) => {
      this.#running.delete(worker);
      if (!done) void this.#fail(threadFailure(`exited with code ${code} before its block was done`));
      this.#startNext();
      this.#wake();
    });
  }

  #wake(): void {
    if (!this.#isFree()) return;
    for (const waiter of this.#waiting.splice(0)) waiter.resolve();
  }

  async #fail(failure: StillrootError): Promise<void> {
    this.#failure ??= failure;
    const workers = [...this.#running.keys()];
    for (const job of [...this.#running.values(), ...this.#queue.splice(0)]) job.reject(this.#failure);
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
