/**
 * The link of in-toto 0.9 in a metablock, as rebuilderd writes it of an artifact that it could rebuild. What is signed
 * is the canonical JSON of `signed`; `signatures` is empty until a tool such as in-toto-sign fills it.
 * https://github.com/in-toto/docs/blob/master/in-toto-spec.md, 4.4
 */
import { StillrootError } from '../errors.ts';
import type { NamedFile, Reproduction } from './reproduction.ts';
import type { DigestSet } from './statement.ts';

export interface Metablock {
  readonly signatures: readonly [];
  readonly signed: Link;
}

export interface Link {
  readonly _type: 'link';
  readonly name: string;
  readonly materials: Readonly<Record<string, DigestSet>>;
  readonly products: Readonly<Record<string, DigestSet>>;
  readonly command: readonly string[];
  /** rebuilderd writes null, which in-toto-sign does not read; rebuilderd reads both. */
  readonly environment: Readonly<Record<string, string>>;
  readonly byproducts: Readonly<Record<string, string | number>>;
}

/**
 * Manifest in, image out. Like rebuilderd's, only of a rebuild that came to the same bytes: readers take the link
 * itself for the word that it did.
 *
 * @throws attestation-refused where the rebuild did not
 */
export function rebuildLink({ manifest, wanted, rebuilt, matched }: Reproduction): Metablock {
  if (!matched.file) {
    throw new StillrootError(
      'attestation-refused',
      'was not rebuilt to the same bytes, so a link would be false',
      {
        where: wanted.name,
        hint: 'A test result (--attest test-result) also reports failures.',
      },
    );
  }
  return {
    signatures: [],
    signed: {
      _type: 'link',
      name: `rebuild ${wanted.name}`,
      materials: byName(manifest),
      // By the name that it is published under, whatever the rebuild was written to.
      products: byName({ name: wanted.name, digest: rebuilt.digest }),
      command: [],
      environment: {},
      byproducts: {},
    },
  };
}

function byName({ name, digest }: NamedFile): Record<string, DigestSet> {
  return { [name]: digest };
}
