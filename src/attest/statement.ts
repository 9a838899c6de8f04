/**
 * The in-toto Statement v1 and its parts, https://github.com/in-toto/attestation/tree/main/spec/v1. Unset and absent
 * fields are equivalent there, so nothing empty is written.
 */
import { StillrootError } from '../errors.ts';

/** Algorithm to digest in lower-case hexadecimal: `{ sha256: '9f86…' }`. */
export type DigestSet = Readonly<Record<string, string>>;

/** Has at least a name, a URI or a digest. */
export interface ResourceDescriptor {
  readonly name?: string;
  readonly uri?: string;
  readonly digest?: DigestSet;
  readonly mediaType?: string;
  /** stillroot's own keys begin with `stillroot_`. */
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** A subject: identified by its digest. */
export interface Subject extends ResourceDescriptor {
  /** Unique in the statement. */
  readonly name: string;
  readonly digest: DigestSet;
}

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** An in-toto statement (version 1) about `subject`; it still has to be signed. */
export function statement(
  subject: readonly Subject[],
  predicateType: string,
  predicate: Readonly<Record<string, unknown>>,
): Statement {
  return { _type: STATEMENT_TYPE, subject, predicateType, predicate };
}

/**
 * @param digest `sha256:HEX`, as in a manifest
 * @throws manifest-malformed where it is not
 */
export function digestSet(digest: string): DigestSet {
  const [, algorithm, hex] = /^(sha256|sha512):([0-9a-f]+)$/.exec(digest) ?? [];
  const length = algorithm === 'sha256' ? 64 : 128;
  if (algorithm === undefined || hex === undefined || hex.length !== length) {
    throw new StillrootError('manifest-malformed', `${JSON.stringify(digest)} is not a digest`, {
      hint: 'A digest is written as sha256: and 64 lower-case hexadecimal digits.',
    });
  }
  return { [algorithm]: hex };
}
