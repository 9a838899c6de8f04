/** Entry of a thread that digests and writes what another thread reads. */
import { createHash, hash as digestOf } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { writeFully } from '../system/files.ts';
import { OutputRing, type RingMemory } from './output-ring.ts';

export interface OutputTask {
  readonly memory: RingMemory;
  /** Descriptors belong to the process, so this thread can write to one opened by another. */
  readonly descriptor: number;
  /** Whether both threads write, each slot at its offset. */
  readonly isShared: boolean;
}

export type OutputOutcome = { readonly digest: string } | { readonly code: string; readonly message: string };

const { memory, descriptor, isShared } = workerData as OutputTask;
const ring = new OutputRing(memory);

function run(): OutputOutcome {
  const hash = createHash('sha256');
  try {
    for (const bytes of ring.slots()) {
      hash.update(bytes);
      ring.answer((part) => digestOf('sha256', part, 'buffer'));
      const claim = ring.claim();
      if (claim !== undefined) writeFully(descriptor, bytes, isShared ? claim.offset : undefined);
    }
    return { digest: hash.digest('hex') };
  } catch (error) {
    ring.fail();
    const { code = 'unknown', message } = error as NodeJS.ErrnoException;
    return { code, message };
  }
}

parentPort!.postMessage(run());
