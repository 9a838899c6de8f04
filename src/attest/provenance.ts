/**
 * SLSA provenance v1, https://slsa.dev/spec/v1.0/provenance, as the predicate of an in-toto Statement: which image was
 * made, by which settings, from which packages. It is a function of manifest and builder: there is no time in it, and
 * two builds of one image by one builder have the same bytes.
 */
import type { Manifest } from '../manifest/manifest.ts';
import { resolvedDependencies } from './dependencies.ts';
import { externalParameters, internalParameters } from './parameters.ts';
import { digestSet, type Statement, type Subject, statement } from './statement.ts';

export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';
/** Says how to read the parameters: see README.md of this room. */
export const BUILD_TYPE = 'pkg:npm/stillroot#pack/v1';
/** Whoever ran stillroot on a machine of theirs: nobody in particular. It is a level of trust, not a machine. */
export const LOCAL_BUILDER = 'pkg:npm/stillroot#local/v1';

/** The file that a manifest is in. */
export interface ManifestFile {
  /** Without directories. */
  readonly name: string;
  /** `sha256:HEX` of its bytes. */
  readonly digest: string;
}

/** @param builderId URI of who vouches for the build: what a verifier of SLSA decides by */
export function provenanceStatement(
  manifest: Manifest,
  file: ManifestFile,
  builderId: string = LOCAL_BUILDER,
): Statement {
  const { tool } = manifest;
  return statement(imageSubjects(manifest), PROVENANCE_TYPE, {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: externalParameters(manifest),
      internalParameters: internalParameters(manifest),
      resolvedDependencies: resolvedDependencies(manifest),
    },
    runDetails: {
      builder: {
        id: builderId,
        version: { stillroot: tool.version, profile: String(tool.profile), encoder: tool.encoder },
      },
      byproducts: [{ name: file.name, digest: digestSet(file.digest), mediaType: 'application/json' }],
    },
  });
}

/**
 * The image, and what it is without compression: the same tree packed at another level has the second one too. Of an
 * OS package it comes first, with the image inside behind it.
 */
export function imageSubjects({ image }: Manifest): Subject[] {
  const { name, mediaType, payload, tree, osPackage } = image;
  const digest = digestSet(image.digest);
  const annotations = { stillroot_tree: tree.digest };
  const subjects: Subject[] = [{ name, digest, mediaType, annotations }];
  if (osPackage !== undefined) {
    const zip = { name: osPackage.name, digest: digestSet(osPackage.digest), mediaType: 'application/zip' };
    subjects.unshift(zip);
  }
  if (payload.digest !== image.digest) {
    const plain = name.replace(/\.xz$/, '');
    subjects.push({
      name: plain === name ? `${name}#payload` : plain,
      digest: digestSet(payload.digest),
      mediaType: 'application/x-cpio',
    });
  }
  return subjects;
}
