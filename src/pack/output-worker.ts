/** Entry of a thread that fills, writes and digests slots which another thread lays out. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, StillrootError } from '../errors.ts';
import type { OpenTreeRoot } from '../source/source.ts';
import { TreeFiles } from '../source/tree-files.ts';
import { OutputRing, type RingMemory } from './output-ring.ts';
import { SlotWork, WriteFailure } from './slot-work.ts';

export interface OutputTask {
  readonly memory: RingMemory;
  /** Descriptors belong to the process, so this thread can write to one opened by another. */
  readonly descriptor: number;
  readonly isNewFile: boolean;
  /** Undefined where the source is not a directory. */
  readonly tree: OpenTreeRoot | undefined;
}

/** What it says at the end. Errors lose their class on the way. */
export type OutputOutcome =
  | { readonly digest: string | undefined }
  | { readonly unwritten: { readonly code: string; readonly message: string } }
  | {
      readonly unread: {
        readonly code: ErrorCode;
        readonly what: string;
        readonly where?: string | undefined;
        readonly hint?: string | undefined;
      };
    };

const { memory, descriptor, isNewFile, tree } = workerData as OutputTask;
const ring = new OutputRing(memory);

function run(): OutputOutcome {
  const files = tree && new TreeFiles(tree);
  try {
    const work = new SlotWork(ring, { descriptor, isNewFile, files });
    while (!ring.isDone && !ring.hasFailed) {
      const { changes } = ring;
      if (!work.step()) ring.wait(changes);
    }
    return { digest: work.digest() };
  } catch (error) {
    ring.fail();
    if (error instanceof WriteFailure) {
      const { code = 'unknown', message } = error.cause;
      return { unwritten: { code, message } };
    }
    if (!(error instanceof StillrootError)) throw error;
    const { code, what, where, hint } = error;
    return { unread: { code, what, where, hint } };
  } finally {
    files?.close();
  }
}

parentPort!.postMessage(run());
