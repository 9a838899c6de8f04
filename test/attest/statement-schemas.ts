/**
 * What the protobuf definitions and texts of in-toto's attestation framework, SLSA provenance v1 and the link of
 * in-toto 0.9 say about the fields that stillroot writes, as JSON Schemas that allow no others.
 */
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';

const TEXT = { type: 'string', minLength: 1 };
/** An absolute URI: a scheme and something. */
const TYPE_URI = { type: 'string', pattern: '^[a-z][a-z0-9+.-]*:[^\\s]+$' };

function object(
  required: Readonly<Record<string, AnySchema>>,
  optional: Readonly<Record<string, AnySchema>> = {},
) {
  const properties = { ...required, ...optional };
  return { type: 'object', properties, required: Object.keys(required), additionalProperties: false };
}

function list(items: AnySchema, fields: object = {}) {
  return { type: 'array', items, ...fields };
}

const DIGEST_SET = {
  ...object(
    {},
    {
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      sha512: { type: 'string', pattern: '^[0-9a-f]{128}$' },
    },
  ),
  minProperties: 1,
};

const FIELDS = {
  name: TEXT,
  uri: TYPE_URI,
  digest: DIGEST_SET,
  mediaType: { type: 'string', pattern: '^[a-z]+/[a-z0-9.+-]+$' },
  // Extension fields have the name of who made them in front.
  annotations: { type: 'object', propertyNames: { pattern: '^stillroot_[a-zA-Z]+$' }, minProperties: 1 },
};
const DESCRIPTOR = { ...object({}, FIELDS), anyOf: [{ required: ['uri'] }, { required: ['digest'] }] };
const SUBJECT = object({ name: TEXT, digest: DIGEST_SET }, FIELDS);
const PARAMETERS = { type: 'object', propertyNames: { pattern: '^[a-z][a-z-]*$' }, minProperties: 1 };

function statementOf(predicateType: string, predicate: AnySchema) {
  return object({
    _type: { const: 'https://in-toto.io/Statement/v1' },
    subject: list(SUBJECT, { minItems: 1, uniqueItems: true }),
    predicateType: { const: predicateType },
    predicate,
  });
}

const PROVENANCE = statementOf(
  'https://slsa.dev/provenance/v1',
  object({
    buildDefinition: object({
      buildType: TYPE_URI,
      externalParameters: PARAMETERS,
      internalParameters: PARAMETERS,
      resolvedDependencies: list(DESCRIPTOR),
    }),
    runDetails: object({
      builder: object({ id: TYPE_URI, version: { type: 'object', additionalProperties: TEXT } }),
      byproducts: list(DESCRIPTOR),
    }),
  }),
);

const TESTS = list(TEXT, { uniqueItems: true, minItems: 1 });
const TEST_RESULT = statementOf(
  'https://in-toto.io/attestation/test-result/v0.1',
  object(
    {
      result: { enum: ['PASSED', 'WARNED', 'FAILED'] },
      configuration: list(DESCRIPTOR, { minItems: 1 }),
    },
    { passedTests: TESTS, warnedTests: TESTS, failedTests: TESTS },
  ),
);

const ARTIFACTS = { type: 'object', additionalProperties: DIGEST_SET };
const LINK = object({
  signatures: list(object({ keyid: TEXT, sig: TEXT })),
  signed: object({
    _type: { const: 'link' },
    name: TEXT,
    materials: ARTIFACTS,
    products: ARTIFACTS,
    command: list({ type: 'string' }),
    environment: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
    byproducts: object({}, { 'return-value': { type: 'integer' }, stdout: { type: 'string' } }),
  }),
});

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false });
export const validateProvenance: ValidateFunction = ajv.compile(PROVENANCE);
export const validateTestResult: ValidateFunction = ajv.compile(TEST_RESULT);
export const validateLink: ValidateFunction = ajv.compile(LINK);
