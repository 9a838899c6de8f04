/** The result of a rebuild as a test, good or bad: https://in-toto.io/attestation/test-result/v0.1. */
import { LEVELS, type Level, type Reproduction } from './reproduction.ts';
import { type Statement, statement } from './statement.ts';

export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

/** Names of the tests, for policies: `same-file` is the one that says reproduced bit for bit. */
const TESTS: Readonly<Record<Level, string>> = {
  tree: 'same-tree',
  payload: 'same-payload',
  file: 'same-file',
};

/**
 * About the image of the manifest, not about what the rebuild came to. It has passed where that is the same file; with
 * less, the tests that passed say how far it came.
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
