import { hash } from 'node:crypto';
import { encodeBlock } from '../../src/formats/xz/encode-block.ts';
import type { ReadyBlock } from '../../src/pack/compressor.ts';

/** A block as pack makes it, fast. */
export async function encodedBlock(raw: Uint8Array): Promise<ReadyBlock> {
  const block = await encodeBlock(new Uint8Array(raw), { preset: 0, dictionary: 65536, x86: 'auto' });
  return { ...block, digest: hash('sha256', block.bytes) };
}
