/** SPDX 2.3 documents in JSON, https://spdx.github.io/spdx-spec/v2.3/. */
import { createHash } from 'node:crypto';
import { showPath } from '../tree/path.ts';
import { type Bill, contentUuid, rootName, timestamp } from './bill.ts';
import { type InstalledPackage, softwareOf } from './installed.ts';

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';
const ROOT_ID = 'SPDXRef-Root';

/**
 * A document that describes one package, the root filesystem, which contains the installed ones. Licences are
 * quoted as the packages state them and not asserted: their databases hold free text.
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
    // 6.5: unique to the document, which one made from its content is; the host is the specification's default.
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
    // Not a checksum of the package file, and so none of the checksums above.
    ...(digest === undefined ? {} : { comment: `The package manager identifies the package by ${digest}` }),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

/** 7.2: letters, digits, dots and hyphens. What that takes from a name the digest gives back. */
function elementId({ type, name, architecture, purl }: InstalledPackage): string {
  const readable = [type, name, architecture]
    .filter(Boolean)
    .join('-')
    .replace(/[^A-Za-z0-9.-]/g, '-');
  return `SPDXRef-Package-${readable}-${createHash('sha256').update(purl).digest('hex').slice(0, 16)}`;
}
