/** Entry of a thread that digests and writes what another thread reads. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { OutputRing, type RingMemory } from './output-ring.ts';
import { writeFully } from './write-fully.ts';

export interface OutputTask {
  readonly memory: RingMemory;
  /** Descriptors belong to the process, so this thread can write to what another opened. */
  readonly descriptor: number;
}

export type OutputOutcome = { readonly digest: string } | { readonly code: string; readonly message: string };

const { memory, descriptor } = workerData as OutputTask;
const ring = new OutputRing(memory);

function run(): OutputOutcome {
  const hash = createHash('sha256');
  try {
    for (const bytes of ring.slots()) {
      writeFully(descriptor, bytes);
      hash.update(bytes);
    }
    return { digest: hash.digest('hex') };
  } catch (error) {
    ring.fail();
    const { code = 'unknown', message } = error as NodeJS.ErrnoException;
    return { code, message };
  }
}

parentPort!.postMessage(run());
