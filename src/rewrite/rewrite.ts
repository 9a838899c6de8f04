import { Damage } from '../formats/damage.ts';

/** What a content normalizer may know about the file and its tree. Normalizers are pure: bytes in, bytes out. */
export interface RewriteContext {
  /** Path of the file, a byte string. */
  readonly path: string;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** The chosen value of a policy; see src/rules/policies.ts. */
  readonly policy: (name: string) => string | undefined;
  /** Whether a package owns the path; undefined if no package database was found. */
  readonly owned: ((path: string) => boolean) | undefined;
  /** Another entry, with symlinks followed inside the tree; undefined if there is none or it is dropped. */
  readonly lookUp: (path: string) => Neighbour | undefined;
  /** The same for the source, even if the entry is dropped: a dropped file can still be evidence. */
  readonly original: (path: string) => Neighbour | undefined;
}

/** What a normalizer may know about another entry, for files that record the times of others. */
export interface Neighbour {
  /** With symlinks resolved. */
  readonly path: string;
  readonly isFile: boolean;
  /** Size of the file in the source, in bytes. */
  readonly size: number;
  /** In the source: whole seconds since 1970, rounded down, and the remainder. */
  readonly mtime: number;
  readonly nanoseconds: number;
  /** After the rules: whole seconds. */
  readonly finalMtime: number;
  /** Content of the file in the source. Fails above `limit` bytes. */
  readonly read: (limit: number) => Buffer;
  /**
   * Content of the file after the rules. Whatever depends on the file being rewritten
   * is as in the source. Fails above `limit` bytes.
   */
  readonly readFinal: (limit: number) => Buffer;
}

export type RewriteResult =
  /** `note` is a sentence about something the user should also check. */
  | { readonly outcome: 'unchanged'; readonly note?: string }
  | { readonly outcome: 'rewritten'; readonly bytes: Uint8Array; readonly note?: string }
  /** The file no longer serves a purpose and is dropped; `why` is a sentence for users. */
  | { readonly outcome: 'obsolete'; readonly why: string }
  /** It stays, but programs will ignore it, since it records times of other files, which change; `why` is a clause for users. */
  | { readonly outcome: 'stale'; readonly why: string }
  /** This build of stillroot cannot rewrite it; the file stays unchanged; `why` is a clause for users. */
  | { readonly outcome: 'engine-missing'; readonly why: string }
  /** The file is not what the normalizer expects; it stays unchanged and is reported. */
  | {
      readonly outcome: 'malformed';
      readonly offset: number;
      readonly found: string;
      readonly wanted: string;
    };

export interface Rewrite {
  /** One sentence for users. */
  readonly what: string;
  /** Larger files are left unchanged and reported. */
  readonly maximumSize: number;
  /** Rewriting it twice would cost seconds, so the result is kept in memory until it is packed. */
  readonly isCostly?: boolean;
  /** Loads what `apply` needs; awaited once before a plan whose rules use this normalizer. */
  readonly prepare?: () => Promise<void>;
  /** @param bytes the file; must not be modified */
  readonly apply: (bytes: Buffer, context: RewriteContext) => RewriteResult;
}

export const UNCHANGED: RewriteResult = { outcome: 'unchanged' };

/** The result for a file that becomes `bytes`. */
export function rewritten(bytes: Uint8Array): RewriteResult {
  return { outcome: 'rewritten', bytes };
}

/** The result for a file that the normalizer does not understand at `offset` bytes. */
export function malformed(offset: number, found: string, wanted: string): RewriteResult {
  return { outcome: 'malformed', offset, found, wanted };
}

/** The result for a file that becomes `after`. */
export function ifChanged(before: Buffer, after: Buffer): RewriteResult {
  return before.equals(after) ? UNCHANGED : rewritten(after);
}

/** The same for a text as a byte string. */
export function ifTextChanged(before: Buffer, after: string): RewriteResult {
  return ifChanged(before, Buffer.from(after, 'latin1'));
}

/**
 * Clamps a decimal number of seconds since 1970 in a text to the epoch. Compares by length
 * first, so numbers of any length work.
 *
 * @param digits only decimal digits
 * @returns the digits unchanged, or those of the epoch; never longer
 */
export function clampDecimal(digits: string, epoch: number): string {
  const significant = digits.replace(/^0+(?=\d)/, '');
  const latest = String(epoch);
  const isLater =
    significant.length > latest.length || (significant.length === latest.length && significant > latest);
  return isLater ? latest : digits;
}

/** Something that a normalizer needs is missing from this build of stillroot. The message is a clause for users. */
export class EngineMissing extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'EngineMissing';
  }
}

/**
 * Runs a normalizer. An empty file, which its tool has not written to yet, stays.
 *
 * @returns the result of `work`, `malformed` where it meets damage, or `engine-missing` where this build of stillroot
 *   cannot do it
 */
export function unlessDamaged(bytes: Buffer, work: () => RewriteResult): RewriteResult {
  if (bytes.length === 0) return UNCHANGED;
  try {
    return work();
  } catch (error) {
    if (error instanceof Damage) return malformed(error.offset, error.found, error.wanted);
    if (error instanceof EngineMissing) return { outcome: 'engine-missing', why: error.message };
    throw error;
  }
}
