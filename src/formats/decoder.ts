import type { ByteInput } from './input.ts';

/** Called by a decoder before it allocates memory or yields bytes; each method throws where a limit is exceeded. */
export interface Guard {
  /** Bytes that the indexes of all .xz streams of the member may have together; undefined for the default limit. */
  readonly indexSize?: number;
  /** Called before a decoder allocates a dictionary or window of this size. @param offset where the file asks for it */
  window(bytes: number, offset: number): void;
  /** Called before bytes are yielded. @param produced uncompressed bytes of the member so far, @param offset file read so far */
  output(produced: number, offset: number): void;
}

/** One compressed member: format, place, name for messages. */
export interface DecoderInput {
  readonly input: ByteInput;
  /** Where the member begins. */
  readonly offset: number;
  /** The file as the user named it. */
  readonly name: string;
  readonly guard: Guard;
}

/**
 * Yields the uncompressed bytes of one member in order and returns the offset after it. A piece is valid until the next
 * one is requested. A member is what the format's own tool would read as one stream: several frames, gzip members or .xz
 * streams in a row.
 * @throws StillrootError archive-malformed, archive-not-supported, and what the guard throws
 */
export type Decoder = (from: DecoderInput) => AsyncGenerator<Uint8Array, number, undefined>;
