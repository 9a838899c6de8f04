/** Statements about the result of a rebuild: an in-toto link, and a test result. */

import { StillrootError } from '../errors.ts';
import { type DigestSet, type Statement, statement } from './statement.ts';

/** A file by its name without directories and its digests. */
export interface NamedFile {
  readonly name: string;
  readonly digest: DigestSet;
}

/** The result of a rebuild, to be attested. */
export interface Reproduction {
  /** The manifest from which the image was rebuilt. */
  readonly manifest: NamedFile;
  /** The expected image, according to the manifest. */
  readonly wanted: NamedFile;
  /** The resulting image. */
  readonly rebuilt: NamedFile;
  /** On which levels it is as expected; see LEVELS. */
  readonly matched: Readonly<Record<Level, boolean>>;
}

/** How far two images are the same, the weakest first: same entries, same archive, same file. */
const LEVELS = ['tree', 'payload', 'file'] as const;
export type Level = (typeof LEVELS)[number];

// The link of in-toto 0.9 in a metablock, as rebuilderd writes it for an artifact that it could rebuild. What is signed
// is the canonical JSON of `signed`; `signatures` is empty until a tool such as in-toto-sign fills it.
// https://github.com/in-toto/docs/blob/master/in-toto-spec.md, 4.4

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
 * Manifest in, image out. As in rebuilderd, only for a rebuild with the same bytes: readers take the link itself as the
 * statement that it was.
 *
 * @throws attestation-refused where the rebuild differs
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
      // Under its published name, regardless of the file to which the rebuild was written.
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

// The result of a rebuild as a test, good or bad: https://in-toto.io/attestation/test-result/v0.1.

const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

/** Names of the tests, for policies: `same-file` means reproduced bit for bit. */
const TESTS: Readonly<Record<Level, string>> = {
  tree: 'same-tree',
  payload: 'same-payload',
  file: 'same-file',
};

/**
 * The subject is the image of the manifest, not the rebuilt one. The result is a pass if both are the same file;
 * otherwise the passed tests show how far they match.
 */
export function rebuildResult({ manifest, wanted, matched }: Reproduction): Statement {
  const named = (isPassed: boolean): string[] =>
    LEVELS.filter((level) => matched[level] === isPassed).map((level) => TESTS[level]);
  const [passedTests, failedTests] = [named(true), named(false)];
  return statement([{ name: wanted.name, digest: wanted.digest }], TEST_RESULT_TYPE, {
    result: matched.file ? 'PASSED' : 'FAILED',
    configuration: [{ name: manifest.name, digest: manifest.digest, mediaType: 'application/json' }],
    ...(passedTests.length === 0 ? {} : { passedTests }),
    ...(failedTests.length === 0 ? {} : { failedTests }),
  });
}
