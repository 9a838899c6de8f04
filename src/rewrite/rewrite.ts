/** A content normalizer changes only the bytes that vary, or leaves the file as it is. Pure: bytes in, bytes out. */
export interface RewriteContext {
  /** Seconds since 1970. */
  readonly epoch: number;
}

export type RewriteResult =
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'rewritten'; readonly bytes: Uint8Array }
  /** The file is not what the normalizer knows; it stays as it is and the user is told. */
  | { readonly outcome: 'malformed'; readonly offset: number; readonly found: string; readonly wanted: string };

export interface Rewrite {
  /** One sentence for users. */
  readonly what: string;
  /** Larger files are left as they are and reported. */
  readonly maximumSize: number;
  readonly apply: (bytes: Buffer, context: RewriteContext) => RewriteResult;
}

export const UNCHANGED: RewriteResult = { outcome: 'unchanged' };

export function rewritten(bytes: Uint8Array): RewriteResult {
  return { outcome: 'rewritten', bytes };
}

export function malformed(offset: number, found: string, wanted: string): RewriteResult {
  return { outcome: 'malformed', offset, found, wanted };
}
