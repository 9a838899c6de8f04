import type { ByteInput } from './input.ts';

/** What a decoder asks before it takes memory or gives bytes out; each throws where a limit is passed. */
export interface Guard {
  /** Bytes that the indexes of all .xz streams of the member may have together; undefined for the usual number. */
  readonly indexSize?: number;
  /** Before a decoder holds a dictionary or window of so many bytes. @param offset where the file asks for it */
  window(bytes: number, offset: number): void;
  /** Before bytes are given out. @param produced uncompressed bytes of the member so far, @param offset file read so far */
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
 * Gives the uncompressed bytes of one member in order and returns the offset behind it. A piece is valid until the next
 * one is asked for. A member is what the
 * format's own tool would read on as one stream: several frames, gzip members or .xz streams in a row.
 * @throws StillrootError archive-malformed, archive-not-supported, and what the guard throws
 */
export type Decoder = (from: DecoderInput) => AsyncGenerator<Uint8Array, number, undefined>;
