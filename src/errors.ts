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
  | 'bad-pattern'
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
  | 'system'
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
  /** The message without `where` and `hint`, from which another thread makes the same error. */
  readonly what: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;

  /** @param what a clause such as `file grew while it was read (4096 -> 5120 bytes)` */
  constructor(code: ErrorCode, what: string, detail: ErrorDetail = {}) {
    const where = detail.where === undefined ? '' : `${detail.where}: `;
    const hint = detail.hint === undefined ? '' : ` ${detail.hint}`;
    super(`${where}${what}${/[.?!]$/.test(what) ? '' : '.'}${hint}`, { cause: detail.cause });
    this.name = 'StillrootError';
    this.code = code;
    this.what = what;
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

/**
 * What a failed call of the system says about this machine or this run rather than about any one file; undefined where it
 * says no such thing. One place, so that each of these is told in the same words wherever it is met.
 */
export function lackOfSystem(cause: unknown): { readonly what: string; readonly hint: string } | undefined {
  const { code, path, message } = (cause ?? {}) as NodeJS.ErrnoException;
  // Threads, modules and libraries that are loaded tell it in words only.
  const isSaid = typeof message === 'string' && /\bEMFILE\b|too many open files/i.test(message);
  switch (isSaid ? 'EMFILE' : code) {
    case 'EMFILE':
      return { what: 'too many open files (EMFILE)', hint: 'Raise the limit with ulimit -n.' };
    case 'ENFILE':
      return {
        what: 'too many open files on this machine (ENFILE)',
        hint: 'Close programs, or raise the limit with sysctl fs.file-max.',
      };
    case 'ENAMETOOLONG':
      return {
        what: 'a name is too long for the filesystem (ENAMETOOLONG)',
        hint: 'Linux allows names of 255 bytes and paths of 4095.',
      };
    case 'ENOENT':
    case 'ENOTDIR':
      return PROC_FILE.test(String(path))
        ? { what: NO_PROC, hint: 'Mount it with mount -t proc proc /proc.' }
        : undefined;
    default:
      return undefined;
  }
}

/** The same as an error of ours, for what is printed; anything else is given back. */
export function explained(error: unknown): unknown {
  if (error instanceof StillrootError) return error;
  const lack = lackOfSystem(error);
  if (lack === undefined) return error;
  const { path } = error as NodeJS.ErrnoException;
  const isOurs = typeof path === 'string' && !path.startsWith('/proc/');
  return new StillrootError('system', lack.what, {
    ...(isOurs ? { where: path } : {}),
    hint: lack.hint,
    cause: error,
  });
}

/** Those that are there wherever /proc is; below fd/N/ are entries of a tree. */
const PROC_FILE = /^\/proc\/self\/(?:status|maps|mountinfo|uid_map|gid_map|fdinfo\/\d+)$/;
const NO_PROC = '/proc is not mounted, but entries are accessed through it';

/** The code of an error of the system, such as ENOENT; undefined for any other error, and for those of Node. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E(?!RR_)[A-Z0-9]+$/.test(code) ? code : undefined;
}
