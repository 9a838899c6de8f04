import { createHash } from 'node:crypto';
import { showPath } from '../tree/path.ts';
import { type Distribution, type InstalledPackage, softwareOf } from './installed.ts';

/**
 * What a bill of materials is made from. It contains nothing about the machine that writes it: equal trees give equal
 * documents.
 */
export interface Bill {
  readonly distribution: Distribution;
  readonly packages: readonly InstalledPackage[];
  /** SOURCE_DATE_EPOCH: seconds, used as the time of the document. */
  readonly epoch: number;
  /** Version of stillroot. */
  readonly toolVersion: string;
}

/** `debian-12`; a tree that does not identify itself has a name all the same. */
function rootName({ id, version }: Distribution): string {
  if (id === undefined) return 'root-filesystem';
  return showPath(version === undefined ? id : `${id}-${version}`);
}

/** `1970-01-01T00:00:00Z`, as both formats require. */
function timestamp(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace('.000Z', 'Z');
}

/** stillroot's own namespace: other programs' UUIDs for the same content differ. */
const NAMESPACE = Buffer.from('5b9d4a52c0a74a5e9a0e6f3c1d27b684', 'hex');

/**
 * A UUID shared only by documents with the same content.
 *
 * @param content text
 */
export function contentUuid(content: string): string {
  return nameUuid(NAMESPACE, content);
}

/**
 * Version 5 of RFC 4122, 4.3.
 *
 * @param namespace 16 bytes
 */
export function nameUuid(namespace: Uint8Array, name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  // Octet 6 (from 0) has the version in its upper four bits, octet 8 the variant in its upper two.
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

// SPDX 2.3 documents in JSON, https://spdx.github.io/spdx-spec/v2.3/.

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';
const ROOT_ID = 'SPDXRef-Root';

/**
 * A document that describes one package, the root filesystem, which contains the installed ones. Licences are quoted as
 * the packages state them, not asserted: their databases hold free text.
 */
export function spdxDocument({ distribution, packages, epoch, toolVersion }: Bill): object {
  const name = rootName(distribution);
  const software = softwareOf(packages).map(spdxPackage);
  const root = {
    SPDXID: ROOT_ID,
    name,
    ...(distribution.version === undefined ? {} : { versionInfo: showPath(distribution.version) }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    primaryPackagePurpose: 'OPERATING_SYSTEM',
    supplier: 'NOASSERTION',
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
  };
  const content = {
    creationInfo: { created: timestamp(epoch), creators: [`Tool: stillroot-${toolVersion}`] },
    packages: [root, ...software],
    relationships: [
      { spdxElementId: DOCUMENT_ID, relationshipType: 'DESCRIBES', relatedSpdxElement: ROOT_ID },
      ...software.map(({ SPDXID }) => ({
        spdxElementId: ROOT_ID,
        relationshipType: 'CONTAINS',
        relatedSpdxElement: SPDXID,
      })),
    ],
  };
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT_ID,
    name,
    // 6.5: unique to the document, as one derived from its content is; the host is the specification's default.
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(name)}-${contentUuid(JSON.stringify(content))}`,
    ...content,
  };
}

interface SpdxElement {
  readonly SPDXID: string;
  readonly [field: string]: unknown;
}

function spdxPackage(found: InstalledPackage): SpdxElement {
  const { name, version, source, sourceVersion, license, digest, fileSha256, purl } = found;
  return {
    SPDXID: elementId(found),
    name: showPath(name),
    ...(version === '' ? {} : { versionInfo: showPath(version) }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    supplier: 'NOASSERTION',
    ...(fileSha256 === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: fileSha256 }] }),
    ...(source === undefined
      ? {}
      : { sourceInfo: `built from ${showPath([source, sourceVersion].filter(Boolean).join(' '))}` }),
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    ...(license === undefined ? {} : { licenseComments: `The package states: ${showPath(license)}` }),
    copyrightText: 'NOASSERTION',
    // Not a checksum of the package file, so it does not belong in the checksums above.
    ...(digest === undefined ? {} : { comment: `The package manager identifies the package by ${digest}` }),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

/** 7.2: letters, digits, dots and hyphens. The digest keeps names distinct that become equal that way. */
function elementId({ type, name, architecture, purl }: InstalledPackage): string {
  const readable = [type, name, architecture]
    .filter(Boolean)
    .join('-')
    .replace(/[^A-Za-z0-9.-]/g, '-');
  return `SPDXRef-Package-${readable}-${createHash('sha256').update(purl).digest('hex').slice(0, 16)}`;
}

// CycloneDX 1.6 in JSON, https://cyclonedx.org/docs/1.6/json/.

const ROOT_REF = 'root';

/**
 * A bill of one component, the operating system, that depends on the installed packages. Licences are quoted as
 * the packages state them, so as names: their databases hold free text.
 */
export function cyclonedxDocument({ distribution, packages, epoch, toolVersion }: Bill): object {
  const software = softwareOf(packages);
  const content = {
    version: 1,
    metadata: {
      timestamp: timestamp(epoch),
      tools: { components: [{ type: 'application', name: 'stillroot', version: toolVersion }] },
      component: {
        type: 'operating-system',
        'bom-ref': ROOT_REF,
        name: rootName({ id: distribution.id }),
        ...(distribution.version === undefined ? {} : { version: showPath(distribution.version) }),
      },
    },
    components: software.map(component),
    dependencies: [{ ref: ROOT_REF, dependsOn: software.map(({ purl }) => purl) }],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${contentUuid(JSON.stringify(content))}`,
    ...content,
  };
}

function component(found: InstalledPackage): object {
  const { name, version, license, fileSha256, purl } = found;
  const properties = propertiesOf(found);
  return {
    type: 'library',
    'bom-ref': purl,
    name: showPath(name),
    ...(version === '' ? {} : { version: showPath(version) }),
    ...(fileSha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: fileSha256 }] }),
    ...(license === undefined ? {} : { licenses: [{ license: { name: showPath(license) } }] }),
    purl,
    ...(properties.length === 0 ? {} : { properties }),
  };
}

/** Values for which the format has no field. A digest is listed here if it is not of the package file. */
function propertiesOf({ architecture, source, sourceVersion, size, digest }: InstalledPackage): object[] {
  const values: readonly (readonly [name: string, value: string | undefined])[] = [
    ['architecture', architecture === '' ? undefined : showPath(architecture)],
    ['source', source === undefined ? undefined : showPath(source)],
    ['source-version', sourceVersion === undefined ? undefined : showPath(sourceVersion)],
    ['installed-size', size === undefined ? undefined : String(size)],
    ['digest', digest],
  ];
  return values
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ name: `stillroot:package:${name}`, value }));
}
