/** Attestations that can be asked for, and what their files are called. */

/** What `--attest` of `pack` takes. */
export const PACK_ATTESTATIONS = ['slsa'] as const;
/** What `--attest` of `reproduce` takes. */
export const REPRODUCE_ATTESTATIONS = ['link', 'test-result'] as const;

export type AttestationKind = (typeof PACK_ATTESTATIONS)[number] | (typeof REPRODUCE_ATTESTATIONS)[number];

/**
 * A statement that is not signed yet ends in `.intoto.json`; signed, in an envelope, it goes into
 * `IMAGE.intoto.jsonl`, as the in-toto specification names bundles. The name of a link is in-toto's as well.
 */
const SUFFIXES: Readonly<Record<AttestationKind, string>> = {
  slsa: '.slsa.intoto.json',
  link: '.link',
  'test-result': '.test-result.intoto.json',
};

/** @param image path of the file that it is about */
export function attestationPath(image: string, kind: AttestationKind): string {
  return `${image}${SUFFIXES[kind]}`;
}
