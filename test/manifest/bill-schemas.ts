/**
 * What the specifications of SPDX 2.3 and CycloneDX 1.6 say about the fields that stillroot writes, as JSON Schemas
 * that allow no others.
 */
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';

const TEXT = { type: 'string', pattern: '^[^\\x00-\\x1f\\x7f]+$' };
const TIME = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' };
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const SHA256 = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const PURL = { type: 'string', pattern: '^pkg:(deb|rpm|alpm|apk)/[A-Za-z0-9.\\-_~:/%@?=&]+$' };

function object(
  required: Readonly<Record<string, AnySchema>>,
  optional: Readonly<Record<string, AnySchema>> = {},
): AnySchema {
  const properties = { ...required, ...optional };
  return { type: 'object', properties, required: Object.keys(required), additionalProperties: false };
}

function list(items: AnySchema, fields: object = {}): AnySchema {
  return { type: 'array', items, uniqueItems: true, ...fields };
}

/** Clauses 3.2 and 7.2. */
const SPDX_ID = { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' };
const UNSTATED = { const: 'NOASSERTION' };

const SPDX_PACKAGE = object(
  {
    SPDXID: SPDX_ID,
    name: TEXT,
    downloadLocation: UNSTATED,
    filesAnalyzed: { const: false },
    supplier: UNSTATED,
    licenseConcluded: UNSTATED,
    licenseDeclared: UNSTATED,
    copyrightText: UNSTATED,
  },
  {
    versionInfo: TEXT,
    primaryPackagePurpose: { const: 'OPERATING_SYSTEM' },
    checksums: list(object({ algorithm: { const: 'SHA256' }, checksumValue: SHA256 })),
    sourceInfo: TEXT,
    licenseComments: TEXT,
    comment: TEXT,
    externalRefs: list(
      object({
        referenceCategory: { const: 'PACKAGE-MANAGER' },
        referenceType: { const: 'purl' },
        referenceLocator: PURL,
      }),
    ),
  },
);

const SPDX = object({
  spdxVersion: { const: 'SPDX-2.3' },
  dataLicense: { const: 'CC0-1.0' },
  SPDXID: { const: 'SPDXRef-DOCUMENT' },
  name: TEXT,
  // 6.5: an absolute URI without a fragment.
  documentNamespace: { type: 'string', pattern: `^https://[A-Za-z0-9./%_~-]+-${UUID}$` },
  creationInfo: object({
    created: TIME,
    creators: list({ type: 'string', pattern: '^Tool: [^ ]+-[^ ]+$' }, { minItems: 1 }),
  }),
  packages: list(SPDX_PACKAGE, { minItems: 1 }),
  relationships: list(
    object({
      spdxElementId: SPDX_ID,
      relationshipType: { enum: ['DESCRIBES', 'CONTAINS'] },
      relatedSpdxElement: SPDX_ID,
    }),
  ),
});

const COMPONENT = object(
  { type: { enum: ['application', 'library', 'operating-system'] }, name: TEXT },
  {
    'bom-ref': { type: 'string', minLength: 1 },
    version: { ...TEXT, maxLength: 1024 },
    hashes: list(object({ alg: { const: 'SHA-256' }, content: SHA256 })),
    licenses: list(object({ license: object({ name: TEXT }) })),
    purl: PURL,
    properties: list(object({ name: TEXT, value: TEXT })),
  },
);

const CYCLONEDX = object({
  $schema: { const: 'http://cyclonedx.org/schema/bom-1.6.schema.json' },
  bomFormat: { const: 'CycloneDX' },
  specVersion: { const: '1.6' },
  serialNumber: { type: 'string', pattern: `^urn:uuid:${UUID}$` },
  version: { const: 1 },
  metadata: object({ timestamp: TIME, tools: object({ components: list(COMPONENT) }), component: COMPONENT }),
  components: list(COMPONENT),
  dependencies: list(object({ ref: { type: 'string' }, dependsOn: list({ type: 'string' }) })),
});

const ajv = new Ajv2020({ strict: true, allErrors: true });
export const validateSpdx: ValidateFunction = ajv.compile(SPDX);
export const validateCyclonedx: ValidateFunction = ajv.compile(CYCLONEDX);
