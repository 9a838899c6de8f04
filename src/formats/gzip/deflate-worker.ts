/** Entry of a worker thread that encodes blocks of gzip. */
import { serveBlocks } from '../block-thread.ts';
import { encodeDeflate } from './gzip-encoder.ts';

export interface DeflateSettings {
  /** On zlib's own scale. */
  readonly preset: number;
}

serveBlocks<DeflateSettings>((raw, { preset }) => encodeDeflate(raw, preset));
