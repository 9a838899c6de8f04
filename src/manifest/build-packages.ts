/** Packages as mkosi lists them in its manifest, with what we know beyond that. */
import { compareBytes } from '../packages/compare-packages.ts';
import { managerOf } from '../packages/managers.ts';
import { showPath } from '../tree/path.ts';
import type { InstalledPackage } from './installed.ts';
import type { ManifestPackage } from './manifest.ts';

/** In the order of mkosi, which sorts the lines of the query: of dpkg by name, of the others by name with version. */
export function manifestPackages(packages: readonly InstalledPackage[]): ManifestPackage[] {
  return packages
    .map((each) => ({ each, key: sortKey(each) }))
    .sort((a, b) => compareBytes(a.each.type, b.each.type) || compareBytes(a.key, b.key))
    .map(({ each }) => row(each));
}

function sortKey({ type, name, version, architecture, source }: InstalledPackage): string {
  if (type === 'deb') return [name, source ?? name, version, architecture].join('\t');
  return type === 'rpm' ? `${name}-${version}.${architecture}` : `${name}-${version}`;
}

function row(found: InstalledPackage): ManifestPackage {
  const { type, name, version, architecture, size, purl, source, sourceVersion, digest, fileSha256 } = found;
  return {
    type: managerOf(type).mkosiType,
    name: showPath(name),
    version: showPath(version),
    architecture: showPath(architecture),
    size: size ?? 0,
    purl,
    ...(source === undefined ? {} : { source: showPath(source) }),
    ...(sourceVersion === undefined ? {} : { sourceVersion: showPath(sourceVersion) }),
    ...(digest === undefined ? {} : { digest }),
    ...(fileSha256 === undefined ? {} : { fileDigest: `sha256:${fileSha256}` }),
  };
}
