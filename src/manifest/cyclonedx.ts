/** CycloneDX 1.6 in JSON, https://cyclonedx.org/docs/1.6/json/. */
import { showPath } from '../tree/path.ts';
import { type Bill, contentUuid, rootName, timestamp } from './bill.ts';
import { type InstalledPackage, softwareOf } from './installed.ts';

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

/** What the format has no field for. A digest is here where it is not one of the package file. */
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
