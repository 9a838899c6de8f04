/** Attestations that can be requested, and the names of their files. */

/** Values of `--attest` for `pack`. */
export const PACK_ATTESTATIONS = ['slsa'] as const;
/** Values of `--attest` for `reproduce`. */
export const REPRODUCE_ATTESTATIONS = ['link', 'test-result'] as const;

export type AttestationKind = (typeof PACK_ATTESTATIONS)[number] | (typeof REPRODUCE_ATTESTATIONS)[number];

/**
 * An unsigned statement ends in `.intoto.json`; once signed, in an envelope, it belongs in `IMAGE.intoto.jsonl`, the
 * in-toto specification's name for bundles. The name of a link is also in-toto's.
 */
const SUFFIXES: Readonly<Record<AttestationKind, string>> = {
  slsa: '.slsa.intoto.json',
  link: '.link',
  'test-result': '.test-result.intoto.json',
};

/** @param image path of the file that it describes */
export function attestationPath(image: string, kind: AttestationKind): string {
  return `${image}${SUFFIXES[kind]}`;
}
