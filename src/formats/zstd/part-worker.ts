/** Entry of a worker thread that encodes parts of a zstd frame. */
import { serveBlocks } from '../block-thread.ts';
import { frameEncoder } from './encoder.ts';
import { encodePart } from './part.ts';

export interface PartSettings {
  /** On zstd's own scale. */
  readonly preset: number;
}

const encoder = frameEncoder();
// An encoder that cannot be loaded fails the first block.
encoder.catch(() => {});

serveBlocks<PartSettings>(async (raw, { preset }) => {
  const bytes = encodePart(raw, preset, await encoder);
  return { bytes, unpaddedSize: bytes.length, uncompressedSize: raw.length };
});
