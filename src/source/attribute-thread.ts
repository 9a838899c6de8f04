import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { startThread } from '../system/entry-points.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import { DescriptorStack } from './descriptors.ts';
import type { AttributeReader } from './extended-attributes.ts';

/** What the thread starts with. */
export interface AttributeTask {
  readonly port: MessagePort;
  /** Descriptors belong to the process, so this one is good in every thread. */
  readonly root: number;
  /** State of each batch: see FREE. */
  readonly states: SharedArrayBuffer;
}

/** A batch is taken by the thread that changes its state from FREE; DONE once its answer has been sent. */
const FREE = 0;
const TAKEN = 1;
const DONE = 2;

/** Large enough to make a message negligible, small enough for the end to be shared. */
const BATCH_ENTRIES = 256;
/** More entries than Node can hold; those after it are listed where they are found. */
const BATCHES_MAX = 65_536;
/** How long to wait for the other thread before looking again, in milliseconds. */
const WAIT = 100;

export interface Listed {
  /** By position in the order of `add`. */
  readonly position: number;
  /** Undefined also where they cannot be asked for; see AttributeReader. */
  readonly names?: readonly string[] | undefined;
  /** What the system said, in place of names. */
  readonly code?: string;
}

/** Only entries of which there is something to say. */
type Answer = readonly Listed[];

interface BatchWork {
  readonly batch: number;
  /** Separated by zero bytes, which no path has. */
  readonly paths: string;
  readonly shared: Int32Array;
  readonly reader: AttributeReader;
  readonly descriptors: DescriptorStack;
}

/**
 * Lists the attributes of entries on another thread. Listing takes as long as all else that a scan does with an entry, and
 * the second processor has nothing to do meanwhile. At the end both threads work on what is left.
 */
export class AttributeThread {
  readonly #root: number;
  readonly #reader: AttributeReader;
  readonly #port: MessagePort;
  readonly #states: Int32Array;
  readonly #batches: string[] = [];
  #paths: string[] = [];

  /** @param root descriptor, which must stay open until `finish` has returned or `close` was called */
  constructor(root: number, reader: AttributeReader) {
    this.#root = root;
    this.#reader = reader;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const states = new SharedArrayBuffer(BATCHES_MAX * Int32Array.BYTES_PER_ELEMENT);
    this.#states = new Int32Array(states);
    const workerData: AttributeTask = { port: port2, root, states };
    const worker = startThread('attribute-thread', {
      name: 'stillroot attributes',
      workerData,
      transferList: [port2],
      execArgv: [],
    });
    // This thread does whatever the other one does not, so one that fails to start costs only time.
    worker.on('error', () => {});
    worker.unref();
    this.#port.unref();
  }

  /** @returns false where no more can be taken; list its attributes here */
  add(path: string): boolean {
    if (this.#batches.length === BATCHES_MAX) return false;
    this.#paths.push(path);
    if (this.#paths.length === BATCH_ENTRIES) this.#send();
    return true;
  }

  /** How many batches no thread has listed yet. */
  get unlisted(): number {
    return [...this.#batches.keys()].filter((batch) => Atomics.load(this.#states, batch) !== DONE).length;
  }

  /** @returns what there is to say of the added entries, in their order */
  finish(): Listed[] {
    if (this.#paths.length > 0) this.#send();
    const listed: Listed[] = [];
    const descriptors = new DescriptorStack(this.#root);
    try {
      // From the end, as the other thread comes from the beginning.
      for (const [batch, paths] of [...this.#batches.entries()].reverse()) {
        const work = { batch, paths, shared: this.#states, reader: this.#reader, descriptors };
        listBatch(work, (answer) => listed.push(...answer));
      }
    } finally {
      descriptors.close();
    }
    for (const batch of this.#batches.keys()) {
      while (Atomics.load(this.#states, batch) === TAKEN) Atomics.wait(this.#states, batch, TAKEN, WAIT);
    }
    for (
      let next = receiveMessageOnPort(this.#port);
      next !== undefined;
      next = receiveMessageOnPort(this.#port)
    ) {
      listed.push(...(next.message as Answer));
    }
    return listed.sort((a, b) => a.position - b.position);
  }

  /** Ends the thread. */
  close(): void {
    // So that it takes nothing more, and nobody closes what it is using.
    for (const batch of this.#batches.keys()) {
      Atomics.compareExchange(this.#states, batch, FREE, DONE);
      while (Atomics.load(this.#states, batch) === TAKEN) Atomics.wait(this.#states, batch, TAKEN, WAIT);
    }
    this.#port.close();
  }

  #send(): void {
    const paths = this.#paths.join('\0');
    this.#port.postMessage({ batch: this.#batches.length, paths });
    this.#batches.push(paths);
    this.#paths = [];
  }
}

/** Lists a batch, unless another thread has taken it. */
export function listBatch(
  { batch, paths, shared, reader, descriptors }: BatchWork,
  send: (answer: Answer) => void,
): void {
  if (Atomics.compareExchange(shared, batch, FREE, TAKEN) !== FREE) return;
  const answer: Listed[] = [];
  for (const [at, path] of paths.split('\0').entries()) {
    const position = batch * BATCH_ENTRIES + at;
    try {
      const names = reader.list(descriptors.directory(parentOf(path)), nameOf(path));
      if (names === undefined || names.length > 0) answer.push({ position, names });
    } catch (error) {
      answer.push({ position, code: (error as NodeJS.ErrnoException).code ?? String(error) });
    }
  }
  send(answer);
  Atomics.store(shared, batch, DONE);
  Atomics.notify(shared, batch);
}
