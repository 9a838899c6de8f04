/** Whether the rules and what is proposed make the two sides one archive. */
import { createHash } from 'node:crypto';
import { assemble } from '../pack/assemble.ts';
import { plainCutter } from '../pack/block-cutter.ts';
import type { Plan } from '../plan/plan.ts';
import type { Finding } from './finding.ts';

export interface Proof {
  readonly equal: boolean;
  /** What the rules and the proposals leave. */
  readonly remaining: readonly Finding[];
  /** Whether what stands in front of the archives, and is kept, is the same. */
  readonly isSameFront: boolean;
  /** SHA-256 of the uncompressed archives of both sides, where they were asked for. */
  readonly digests: { readonly a: string; readonly b: string } | undefined;
}

const PIECE_BYTES = 1024 * 1024;

/** SHA-256 of the uncompressed archive that `pack` would write of a plan, in hex. Nothing is written. */
export function payloadDigest(plan: Plan): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(PIECE_BYTES);
  const options = { cutter: plainCutter(PIECE_BYTES), allocate: () => buffer };
  for (const block of assemble(plan.entries(), plan.source, options)) {
    hash.update(block.buffer.subarray(0, block.length));
  }
  return hash.digest('hex');
}
