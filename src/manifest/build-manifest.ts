/** All that is known about an image once it is written, put together to its manifest. */

import { parseOsRelease } from '../formats/os-release.ts';
import { rowOf, withoutExtension } from '../pack/formats.ts';
import type { PackResult } from '../pack/pack.ts';
import type { PackageDatabase } from '../packages/package.ts';
import type { Plan } from '../plan/plan.ts';
import type { Rule } from '../rules/rule.ts';
import { showPath } from '../tree/path.ts';
import { manifestPackages } from './build-packages.ts';
import type { TreeDescription } from './describe-tree.ts';
import { firedRules } from './fired-rules.ts';
import { imageFiles } from './image-files.ts';
import { installedPackages } from './installed.ts';
import {
  type EffectiveSettings,
  type GivenSetting,
  MANIFEST_SCHEMA,
  type Manifest,
  type ManifestBootstrap,
  type ManifestImage,
  type ManifestInputs,
  type ManifestOsPackage,
  type ManifestTool,
} from './manifest.ts';
import { architectureOf, distributionOf, releaseOf } from './mkosi-words.ts';
import { findRepositories } from './repositories.ts';

export interface ManifestFacts {
  /** Of the file, without directories. */
  readonly name: string;
  readonly tool: Omit<ManifestTool, 'name'>;
  readonly given: readonly GivenSetting[];
  readonly effective: EffectiveSettings;
  readonly epochOrigin: ManifestInputs['epoch']['origin'];
  readonly bootstrap?: ManifestBootstrap;
  /** Its source is still open. */
  readonly plan: Plan;
  /** Those that the plan was made with. */
  readonly rules: readonly Rule[];
  /** What rules and normalizers did. */
  readonly changes: ReturnType<Plan['tally']['list']>;
  readonly databases: readonly PackageDatabase[];
  readonly result: PackResult;
  readonly tree: TreeDescription;
  /** What the image is put into. */
  readonly osPackage?: ManifestOsPackage;
}

export function buildManifest(facts: ManifestFacts): Manifest {
  const { effective, plan, tree, bootstrap } = facts;
  const files = imageFiles(plan);
  const osRelease = readOsRelease(files.read);
  const packages = packagesOf(facts, osRelease);
  const release = osRelease === undefined ? undefined : releaseOf(osRelease);
  return {
    manifest_version: 1,
    config: {
      name: withoutExtension(facts.name),
      distribution: showPath(distributionOf(osRelease ?? new Map())),
      architecture: architectureOf(packages),
      output_format: rowOf(effective.format).writer.name,
      ...(release === undefined ? {} : { release: showPath(release) }),
    },
    packages: manifestPackages(packages),
    schema: MANIFEST_SCHEMA,
    tool: { name: 'stillroot', ...facts.tool },
    settings: { given: facts.given, effective, rules: firedRules(facts.changes, facts.rules) },
    inputs: {
      epoch: { value: effective.epoch, origin: facts.epochOrigin },
      ...(bootstrap === undefined ? {} : { bootstrap }),
      repositories: findRepositories(files),
      osRelease: Object.fromEntries([...(osRelease ?? [])].map(([key, value]) => [key, showPath(value)])),
    },
    image: imageOf(facts),
    ...(tree.entries === undefined ? {} : { entries: tree.entries }),
  };
}

function imageOf({ name, effective, result, tree, osPackage }: ManifestFacts): ManifestImage {
  return {
    name,
    mediaType: rowOf(effective.format).mediaType,
    size: result.fileBytes,
    digest: `sha256:${result.fileDigest}`,
    payload: {
      size: result.payloadBytes,
      digest: `sha256:${result.payloadDigest}`,
      entries: result.entries,
    },
    tree: { digest: tree.digest },
    blocks: result.blocks.map(({ size, uncompressedSize, digest }) => ({
      size,
      uncompressedSize,
      digest: `sha256:${digest}`,
    })),
    ...(osPackage === undefined ? {} : { osPackage }),
  };
}

/** Texts are byte strings. Undefined where the image has no os-release. */
function readOsRelease(read: (path: string) => string | undefined): Map<string, string> | undefined {
  const text = read('etc/os-release') ?? read('usr/lib/os-release');
  return text === undefined ? undefined : parseOsRelease(text);
}

/** A list of apt has fifty megabytes. */
const MAX_LIST = 256 * 1024 * 1024;

function packagesOf(
  { plan, databases }: ManifestFacts,
  osRelease: ReadonlyMap<string, string> | undefined,
): ReturnType<typeof installedPackages> {
  const distribution =
    osRelease === undefined
      ? {}
      : { id: osRelease.get('ID') || 'linux', version: osRelease.get('VERSION_ID') || undefined };
  return installedPackages(databases, distribution, plan.source.tree, (path) => {
    // Lists that do not reach the image differ between two bootstraps of one.
    const content = plan.finalContent(path, MAX_LIST);
    return content === undefined
      ? undefined
      : Buffer.from(content.buffer, content.byteOffset, content.length);
  });
}
