/** What an image was made from, as far as its manifest tells, as SLSA's resolvedDependencies. */
import type {
  Manifest,
  ManifestBootstrap,
  ManifestPackage,
  ManifestRepository,
} from '../manifest/manifest.ts';
import { digestSet, type ResourceDescriptor } from './statement.ts';

/** Packages first, in the order of the manifest. */
export function resolvedDependencies({ packages, settings, inputs, image }: Manifest): ResourceDescriptor[] {
  const { ruleFiles, segment } = settings.effective;
  return [
    ...packages.map(packageDescriptor),
    ...inputs.repositories.map(repositoryDescriptor),
    ...ruleFiles.map(({ name, digest }) => ({
      name,
      digest: digestSet(digest),
      mediaType: 'application/toml',
    })),
    ...(segment === undefined ? [] : [{ name: 'segment', digest: digestSet(segment.digest) }]),
    ...(image.osPackage === undefined
      ? []
      : [{ name: 'kernel', digest: digestSet(image.osPackage.kernel.digest) }]),
    ...(inputs.bootstrap === undefined ? [] : bootstrapDescriptors(inputs.bootstrap)),
  ];
}

/**
 * A digest of a descriptor is that of the artifact, here of the package file; what a package manager identifies
 * a package by is none and goes along as a note.
 */
function packageDescriptor({ name, purl, fileDigest, digest }: ManifestPackage): ResourceDescriptor {
  return {
    name,
    uri: purl,
    ...(fileDigest === undefined ? {} : { digest: digestSet(fileDigest) }),
    ...(digest === undefined ? {} : { annotations: { stillroot_packageDigest: digest } }),
  };
}

function repositoryDescriptor({
  type,
  url,
  suite,
  components,
  snapshot,
}: ManifestRepository): ResourceDescriptor {
  return {
    uri: url,
    annotations: {
      stillroot_repositoryType: type,
      ...(suite === undefined ? {} : { stillroot_suite: suite }),
      ...(components === undefined ? {} : { stillroot_components: components }),
      ...(snapshot === undefined ? {} : { stillroot_snapshot: snapshot }),
    },
  };
}

/** The program that made the tree, and the files of the user that it read. */
function bootstrapDescriptors({ tool, toolVersion, files = {} }: ManifestBootstrap): ResourceDescriptor[] {
  const version = toolVersion === '' ? '' : `@${encodeURIComponent(toolVersion)}`;
  return [
    { name: tool, uri: `pkg:generic/${encodeURIComponent(tool)}${version}` },
    ...Object.entries(files).map(([name, digest]) => ({ name, digest: digestSet(digest) })),
  ];
}
