/**
 * Every failure a user can meet is a StillrootError: where it happened, what was found, what was
 * wanted, and what to do. The stable `code` is for programs, the message for people.
 */
export type ErrorCode =
  | 'usage'
  | 'source-missing'
  | 'source-not-supported'
  | 'source-refused'
  | 'source-unreadable'
  | 'source-changed'
  | 'name-too-long'
  | 'file-too-large'
  | 'number-out-of-range'
  | 'reserved-name'
  | 'duplicate-path'
  | 'missing-parent'
  | 'output-exists'
  | 'output-refused'
  | 'output-failed'
  | 'tree-unwritable'
  | 'finalize-interrupted'
  | 'rule-file'
  | 'rule-unknown'
  | 'policy-unknown'
  | 'bad-glob'
  | 'archive-malformed'
  | 'archive-not-supported'
  | 'archive-limit'
  | 'manifest-malformed'
  | 'manifest-version'
  | 'manifest-refused'
  | 'bootstrap-failed'
  | 'attestation-refused'
  | 'cache-refused'
  | 'strict'
  | 'internal';

export interface ErrorDetail {
  /** File, option or position the message is about; shown first. */
  where?: string;
  /** What to do about it; shown last. */
  hint?: string;
  cause?: unknown;
}

export class StillrootError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string | undefined;

  /** @param what a clause such as `file grew while it was read (4096 -> 5120 bytes)` */
  constructor(code: ErrorCode, what: string, detail: ErrorDetail = {}) {
    const where = detail.where === undefined ? '' : `${detail.where}: `;
    const hint = detail.hint === undefined ? '' : ` ${detail.hint}`;
    super(`${where}${what}${/[.?!]$/.test(what) ? '' : '.'}${hint}`, { cause: detail.cause });
    this.name = 'StillrootError';
    this.code = code;
    this.where = detail.where;
    this.hint = detail.hint;
  }
}

/** @param limit its name, see source/read-limits.ts */
export function overLimit(limit: string, what: string, where: string): StillrootError {
  return new StillrootError('archive-limit', what, {
    where,
    hint: `Allow it with --limit ${limit}=VALUE if you trust the file.`,
  });
}
