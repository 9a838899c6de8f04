/** What an archive is written to. */
import type { Placement } from './placement.ts';

export interface Sink {
  write(bytes: Uint8Array): void;
  /** For a thread that writes in its place. Undefined where there is none, as in memory. */
  readonly descriptor: number | undefined;
  /** Whether that is an empty file of its own, which can be written at any place. */
  readonly isNewFile?: boolean;
  /** What a failure of that thread means to a user. */
  failure(cause: unknown): unknown;
  /** Makes the output durable and visible under its name; where that fails, what had the name has it again. */
  commit(): void;
  /** Removes what is not committed. May be called after anything, also twice. */
  abort(): void;
}

/** An output whose commit is done in steps, so that several of them can appear together: see commitTogether. */
export interface FileOutput extends Sink {
  /** Makes it durable; nothing can be written any more. */
  seal(): void;
  /** How it gets its name; undefined for what is written to directly. */
  readonly placement: Placement | undefined;
}
