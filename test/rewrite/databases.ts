import { capturedDatabase } from '../../fixtures/packages/read.ts';
import type { Neighbour, Rewrite, RewriteContext, RewriteResult } from '../../src/rewrite/rewrite.ts';
import { rewriteContext } from '../support/rewrite-context.ts';

/** 2023-11-14, before both clocks of the captures. */
export const EPOCH = 1_700_000_000;

/** Files by path; what a normalizer makes of one is its final content. */
export interface Files {
  readonly [path: string]: Buffer | readonly [content: Buffer, final: Buffer];
}

export function contextWith(
  path: string,
  files: Files,
  fields: Partial<RewriteContext> = {},
): RewriteContext {
  const lookUp = (asked: string): Neighbour | undefined => {
    const found = files[asked];
    if (found === undefined) return undefined;
    const [content, final] = Buffer.isBuffer(found) ? [found, found] : found;
    const times = { mtime: 0, nanoseconds: 0, finalMtime: 0 };
    return {
      path: asked,
      isFile: true,
      size: content.length,
      ...times,
      read: () => content,
      readFinal: () => final,
    };
  };
  return rewriteContext({ path, epoch: EPOCH, lookUp, ...fields });
}

/** The new bytes of one that has to be rewritten. */
export function rewrittenBytes(rewrite: Rewrite, bytes: Buffer, context: RewriteContext): Buffer {
  return bytesOf(rewrite.apply(bytes, context));
}

export function bytesOf(result: RewriteResult): Buffer {
  if (result.outcome !== 'rewritten') throw new Error(`wanted new bytes, found ${JSON.stringify(result)}`);
  return Buffer.from(result.bytes);
}

export function bothCaptures(name: string): [first: Buffer, second: Buffer] {
  return [capturedDatabase(`first-${name}`), capturedDatabase(`second-${name}`)];
}

/**
 * Copies of a file with damage in it: cut at some places, and with single bits turned, spread evenly.
 *
 * @param count of each kind
 */
export function* damagedCopies(bytes: Buffer, count: number): Generator<Buffer, void, void> {
  for (let i = 0; i < count; i += 1) {
    yield Buffer.from(bytes.subarray(0, Math.floor((bytes.length * i) / count)));
    const flipped = Buffer.from(bytes);
    // The first pages hold what all else depends on, so half of the damage is there.
    const range = i % 2 === 0 ? Math.min(bytes.length, 4096) : bytes.length;
    const at = Math.floor((range * i) / count);
    flipped[at] = (flipped[at] as number) ^ (1 << (i % 8));
    yield flipped;
  }
}
