/** Assembles the manifest from everything known about a written image. */
import { createHash } from 'node:crypto';
import { parseOsRelease } from '../formats/os-release.ts';
import { mkosiFormat, rowOf, withoutExtension } from '../pack/formats.ts';
import type { PackResult } from '../pack/pack.ts';
import { managerOf } from '../packages/managers.ts';
import { compareBytes, type Package, type PackageDatabase } from '../packages/package.ts';
import { type PackageReader, READERS } from '../packages/readers.ts';
import type { ImageFiles } from '../packages/repository.ts';
import type { Change } from '../plan/changes.ts';
import type { Plan } from '../plan/plan.ts';
import type { Rule } from '../rules/rule.ts';
import { pathFromBytes, showPath } from '../tree/path.ts';
import { canonicalJson } from './canonical-json.ts';
import type { TreeDescription } from './describe-tree.ts';
import { type InstalledPackage, installedPackages } from './installed.ts';
import {
  type EffectiveSettings,
  type FiredRule,
  type GivenSetting,
  MANIFEST_SCHEMA,
  type Manifest,
  type ManifestBootstrap,
  type ManifestContainerImage,
  type ManifestImage,
  type ManifestInputs,
  type ManifestOsPackage,
  type ManifestPackage,
  type ManifestRepository,
  type ManifestTool,
} from './manifest.ts';

export interface ManifestFacts {
  /** File name, without directories. */
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
  /** The OS package that contains the image. */
  readonly osPackage?: ManifestOsPackage;
  /** The container image that has the archive as its layer. */
  readonly containerImage?: ManifestContainerImage;
}

/** The manifest of an image, from its plan and what was written. */
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
      output_format: mkosiFormat(effective.format),
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

function imageOf({ name, effective, result, tree, osPackage, containerImage }: ManifestFacts): ManifestImage {
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
    ...(containerImage === undefined ? {} : { containerImage }),
  };
}

/** Texts are byte strings. Undefined where the image has no os-release. */
function readOsRelease(read: (path: string) => string | undefined): Map<string, string> | undefined {
  const text = read('etc/os-release') ?? read('usr/lib/os-release');
  return text === undefined ? undefined : parseOsRelease(text);
}

/** An apt list has fifty megabytes. */
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
    // Lists that do not reach the image differ between two bootstraps of the same image.
    const content = plan.finalContent(path, MAX_LIST);
    return content === undefined
      ? undefined
      : Buffer.from(content.buffer, content.byteOffset, content.length);
  });
}

// Packages as mkosi lists them in its manifest, with further facts that stillroot knows.

/** In mkosi's order, which sorts the lines of the query: for dpkg by name, for the others by name with version. */
export function manifestPackages(packages: readonly InstalledPackage[]): ManifestPackage[] {
  return packages
    .map((each) => ({ each, key: packageKey(each) }))
    .sort((a, b) => compareBytes(a.each.type, b.each.type) || compareBytes(a.key, b.key))
    .map(({ each }) => packageRow(each));
}

function packageKey({ type, name, version, architecture, source }: InstalledPackage): string {
  if (type === 'deb') return [name, source ?? name, version, architecture].join('\t');
  return type === 'rpm' ? `${name}-${version}.${architecture}` : `${name}-${version}`;
}

function packageRow(found: InstalledPackage): ManifestPackage {
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

/** Digest of what a rule does and to which entries, but not of how it describes itself. `sha256:HEX`. */
export function ruleDigest({ id, match, except, when, action }: Rule): string {
  const definition = canonicalJson({ id, match, except, when, action });
  return `sha256:${createHash('sha256').update(definition).digest('hex')}`;
}

/**
 * Leaves out the normalizers of time and owner: they change every entry of some trees and none of others, though both
 * give the same image; what they do is in the settings.
 *
 * @param changes by rule id, as ChangeTally lists them
 */
function firedRules(changes: readonly Change[], rules: readonly Rule[]): FiredRule[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return changes
    .filter(({ rule }) => !rule.startsWith('normalize/'))
    .map(({ rule: id, action, count }) => {
      const rule = byId.get(id);
      return { id, action, count, ...(rule === undefined ? {} : { digest: ruleDigest(rule) }) };
    });
}

/** Repository lists and os-release: real ones have a few kilobytes. Anything larger is not read as one. */
const MAX_TEXT = 1024 * 1024;

/** The files of the image that a Plan describes, with their final contents. */
export function imageFiles(plan: Plan): ImageFiles {
  return {
    read: (path) => {
      const content = plan.finalContent(path, MAX_TEXT);
      return content === undefined ? undefined : pathFromBytes(content);
    },
    list: (directory) => plan.finalNames(directory),
  };
}

// Where the packages of an image come from, according to the image: the tree is read as it will be in the archive. A
// list that a rule drops or rewrites belongs to the machine that built the image and differs between machines; what the
// build itself used is in the command of --bootstrap.

/** Each once, sorted by type, URL, suite and so on, independently of file names. */
export function findRepositories(
  files: ImageFiles,
  readers: readonly Pick<PackageReader, 'repositories'>[] = Object.values(READERS),
): ManifestRepository[] {
  const found = readers.flatMap(({ repositories }) => repositories(files));
  const byKey = new Map(found.map((each) => [repositoryKey(each), each]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function repositoryKey({
  type,
  url,
  suite = '',
  components = [],
  snapshot = '',
}: ManifestRepository): string {
  return canonicalJson([type, url, suite, components, snapshot]);
}

// mkosi's names for architectures, distributions and releases in its manifest.

/** Maps names used by package managers to those of mkosi. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  aarch64: 'arm64',
  alpha: 'alpha',
  amd64: 'x86-64',
  arm64: 'arm64',
  armel: 'arm',
  armhf: 'arm',
  armv6hl: 'arm',
  armv7: 'arm',
  armv7h: 'arm',
  armv7hl: 'arm',
  hppa: 'parisc',
  i386: 'x86',
  i486: 'x86',
  i586: 'x86',
  i686: 'x86',
  ia64: 'ia64',
  loong64: 'loongarch64',
  loongarch64: 'loongarch64',
  mips64el: 'mips64-le',
  mipsel: 'mips-le',
  powerpc: 'ppc',
  ppc64: 'ppc64',
  ppc64el: 'ppc64-le',
  ppc64le: 'ppc64-le',
  riscv64: 'riscv64',
  s390: 's390',
  s390x: 's390x',
  x86: 'x86',
  x86_64: 'x86-64',
};

/**
 * The most common architecture of the packages; in a tie, the first by name. Packages for any architecture do not
 * count, nor do names unknown to mkosi.
 *
 * @returns '' if no package has one
 */
export function architectureOf(packages: readonly Pick<Package, 'architecture'>[]): string {
  const counts = new Map<string, number>();
  for (const { architecture } of packages) {
    const name = Object.hasOwn(ARCHITECTURES, architecture) ? ARCHITECTURES[architecture] : undefined;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first?.[0] ?? '';
}

/** IDs of os-release for which mkosi uses a different name. */
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  almalinux: 'alma',
  archarm: 'arch',
  azurelinux: 'azure',
  'opensuse-leap': 'opensuse',
  'opensuse-tumbleweed': 'opensuse',
};

/** Distributions whose releases mkosi names by VERSION_CODENAME. */
const BY_CODENAME: ReadonlySet<string> = new Set(['debian', 'kali', 'ubuntu']);

/** Distributions without releases, and mkosi's name for their single one. */
const ROLLING: Readonly<Record<string, string>> = {
  arch: 'rolling',
  archarm: 'rolling',
  'opensuse-tumbleweed': 'tumbleweed',
};

type OsRelease = ReadonlyMap<string, string>;

/** `linux` if os-release does not say, as os-release(5) specifies. */
export function distributionOf(osRelease: OsRelease): string {
  const id = osRelease.get('ID') || 'linux';
  return (Object.hasOwn(DISTRIBUTIONS, id) ? DISTRIBUTIONS[id] : undefined) ?? id;
}

/**
 * The release as mkosi names it: a fixed name for a rolling distribution, a codename or a version; undefined for a
 * system that has none of these.
 */
export function releaseOf(osRelease: OsRelease): string | undefined {
  const id = osRelease.get('ID') ?? '';
  if (Object.hasOwn(ROLLING, id)) return ROLLING[id];
  const codename = BY_CODENAME.has(id) ? osRelease.get('VERSION_CODENAME') : undefined;
  return codename || osRelease.get('VERSION_ID') || undefined;
}
