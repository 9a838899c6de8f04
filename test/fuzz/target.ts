import type { Random } from './random.ts';

/** A reader, and what it is fed with. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs, of every hundred of a run. */
  readonly share: number;
  /** Sound inputs; those that are fed are made of them. */
  readonly corpus: () => Buffer[] | Promise<Buffer[]>;
  /** What makes another input of one of them. */
  readonly change: (original: Buffer, corpus: readonly Buffer[], random: Random) => Buffer;
  /**
   * Reads one. A StillrootError of the codes below is an answer, and anything else that is thrown is a failure.
   * @param random for how it is cut
   */
  readonly read: (bytes: Buffer, random: Random) => void | Promise<void>;
  /** It passes over what it does not know, so that hardly anything is refused. */
  readonly isLenient?: boolean;
  /** Its messages show the lines that they are about. */
  readonly showsLines?: boolean;
  /** Codes of errors that an input may end in. */
  readonly codes: RegExp;
}

export const ARCHIVE_CODES: RegExp = /^archive-(malformed|not-supported|limit)$/;
