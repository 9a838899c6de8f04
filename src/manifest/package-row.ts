import { showPath } from '../tree/path.ts';
import type { InstalledPackage } from './installed.ts';

/** One package in JSON documents of stillroot: byte strings have become text. */
export function packageRow(found: InstalledPackage): object {
  const { type, name, version, architecture, purl, source, sourceVersion, size } = found;
  const { license, digest, fileSha256 } = found;
  return {
    type,
    name: showPath(name),
    version: showPath(version),
    architecture: showPath(architecture),
    purl,
    ...(source === undefined ? {} : { source: showPath(source) }),
    ...(sourceVersion === undefined ? {} : { sourceVersion: showPath(sourceVersion) }),
    ...(size === undefined ? {} : { size }),
    ...(license === undefined ? {} : { license: showPath(license) }),
    ...(digest === undefined ? {} : { digest }),
    ...(fileSha256 === undefined ? {} : { fileDigest: `sha256:${fileSha256}` }),
  };
}
