/**
 * SLSA provenance v1, https://slsa.dev/spec/v1.0/provenance, as the predicate of an in-toto Statement: which image was
 * built, with which settings, from which packages. It is a function of manifest and builder: it contains no time, and
 * two builds of one image by one builder give the same bytes.
 */

import { OCI_MANIFEST } from '../formats/oci/media-types.ts';
import type {
  Manifest,
  ManifestBootstrap,
  ManifestPackage,
  ManifestRepository,
} from '../manifest/manifest.ts';
import { plainMediaType } from '../pack/formats.ts';
import type { Setting } from '../settings/setting.ts';
import { SETTINGS, type SettingKey } from '../settings/settings.ts';
import { digestSet, type ResourceDescriptor, type Statement, type Subject, statement } from './statement.ts';

const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';
/** Says how to read the parameters: see the README of this module. */
export const BUILD_TYPE = 'pkg:npm/stillroot#pack/v1';
/** Any user on their own machine. It denotes a level of trust, not a particular machine. */
export const LOCAL_BUILDER = 'pkg:npm/stillroot#local/v1';

/** The file that holds a manifest. */
export interface ManifestFile {
  /** Without directories. */
  readonly name: string;
  /** `sha256:HEX` of its bytes. */
  readonly digest: string;
}

/** @param builderId URI of the builder that vouches for the build, on which SLSA verifiers base their decision */
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
 * The image, and its uncompressed payload, which the same tree packed at another level shares. An OS package comes first,
 * followed by the image inside it; for a container image, its manifest does, by which it is known to registries.
 */
function imageSubjects({ image, settings }: Manifest): Subject[] {
  const { name, mediaType, payload, tree, osPackage, containerImage } = image;
  const digest = digestSet(image.digest);
  const annotations = { stillroot_tree: tree.digest };
  const subjects: Subject[] = [{ name, digest, mediaType, annotations }];
  if (osPackage !== undefined) {
    const zip = { name: osPackage.name, digest: digestSet(osPackage.digest), mediaType: 'application/zip' };
    subjects.unshift(zip);
  }
  if (containerImage !== undefined) {
    // What registries and verifiers of containers look up; the file is only one way to carry it.
    const { tags = [] } = settings.effective;
    const { manifest, layer } = containerImage;
    const digests = { digest: digestSet(manifest.digest), mediaType: OCI_MANIFEST };
    subjects.unshift(...(tags.length === 0 ? [name] : tags).map((each) => ({ name: each, ...digests })));
    subjects.push({ name: `${name}#layer`, digest: digestSet(layer.digest), mediaType: layer.mediaType });
  }
  if (payload.digest !== image.digest && payload.digest !== containerImage?.layer.digest) {
    const plain = name.replace(/\.(?:xz|zst|gz)$/, '');
    subjects.push({
      name: plain === name ? `${name}#payload` : plain,
      digest: digestSet(payload.digest),
      mediaType: plainMediaType(settings.effective.format),
    });
  }
  return subjects;
}

// What an image was made from, as far as its manifest says, as SLSA's resolvedDependencies.

/** Packages first, in the order of the manifest. */
function resolvedDependencies({ packages, settings, inputs, image }: Manifest): ResourceDescriptor[] {
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
 * The digest of a descriptor is that of the artifact, here the package file; the digest by which a package manager
 * identifies a package is not, and becomes an annotation.
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

/** The program that built the tree, and the user's files that it read. */
function bootstrapDescriptors({ tool, toolVersion, files = {} }: ManifestBootstrap): ResourceDescriptor[] {
  const version = toolVersion === '' ? '' : `@${encodeURIComponent(toolVersion)}`;
  return [
    { name: tool, uri: `pkg:generic/${encodeURIComponent(tool)}${version}` },
    ...Object.entries(files).map(([name, digest]) => ({ name, digest: digestSet(digest) })),
  ];
}

// The settings of a manifest as SLSA requires them: what the user specified and, separately, what followed from it.

export type Parameters = Readonly<Record<string, unknown>>;

/** By option; never empty: the epoch affects bytes, whatever set it. */
function externalParameters({ settings, inputs, image }: Manifest): Parameters {
  const { bootstrap, epoch } = inputs;
  const { osPackage } = image;
  return {
    ...givenValues(settings.given),
    ...(bootstrap === undefined ? {} : { bootstrap: bootstrap.request }),
    ...(osPackage === undefined
      ? {}
      : { ospkg: osPackage.label, cmdline: osPackage.cmdline, 'ospkg-url': osPackage.url }),
    'source-date-epoch': epoch.value,
  };
}

/** Policies may be given both in rule files and by option: then the two lists are merged. */
function givenValues(given: Manifest['settings']['given']): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { key, value } of given) {
    const before = values[key];
    values[key] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
  return values;
}

/** Also by option, so that the two can be compared. */
function internalParameters({ settings, inputs }: Manifest): Parameters {
  const { given, effective } = settings;
  const isGiven = new Set(given.map(({ key }) => key));
  const parameters: Record<string, unknown> = {};
  // No name may be in both objects. Some settings are recorded elsewhere: see Setting.provenance.
  for (const [key, row] of Object.entries(SETTINGS) as [SettingKey, Setting<unknown, unknown, unknown>][]) {
    const { option } = row.option;
    const value = effective[key];
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (row.provenance === undefined && !isEmpty && !isGiven.has(option)) parameters[option] = value;
  }
  parameters.policies = Object.fromEntries(
    Object.entries(effective.policies).filter(([name]) => !givenPolicies(given).has(name)),
  );
  if (inputs.bootstrap !== undefined) {
    parameters['bootstrap-command'] = inputs.bootstrap.command;
    parameters['bootstrap-environment'] = inputs.bootstrap.environment;
  }
  return parameters;
}

/** Names in `--policy NAME=VALUE`. */
function givenPolicies(given: Manifest['settings']['given']): Set<string> {
  const values = given.filter(({ key }) => key === 'policy').flatMap(({ value }) => value);
  return new Set(values.map((value) => String(value).replace(/=.*$/s, '')));
}
