/** What the command line and the process of the lab say to each other. */
import type { ErrorCode } from '../errors.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import type { Progress } from './lab.ts';
import type { LabResult } from './result.ts';

export interface LabRequest {
  /** Directory or archive. */
  readonly source: string;
  readonly limits: Partial<ReadLimits>;
  readonly crossMounts: boolean;
  /** See select.ts. */
  readonly dimensions: readonly string[];
  readonly packers: readonly string[];
  readonly ownPackers: readonly string[];
  readonly quick: boolean;
  readonly seed: number;
  readonly epoch: number | null;
  readonly rounds: number;
  readonly against: string | null;
  /** PATH of the user. */
  readonly path: string;
  /** Absolute path of a directory with other versions of tools. */
  readonly variantPath: string | null;
}

/** The request, with what the process that starts the lab knows. */
export interface LabOrder {
  readonly request: LabRequest;
  readonly scratch: string;
  readonly hasOwnMounts: boolean;
}

export type LabMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'result'; readonly result: LabResult }
  | { readonly type: 'error'; readonly error: LabError };

/** An error on its way between processes. */
export interface LabError {
  /** Undefined for what is no StillrootError. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}
