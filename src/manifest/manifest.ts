/**
 * The manifest: what is in an image, from what it was made and by which settings; enough to make it again.
 * All texts are text as in every document of stillroot: byte strings went through showPath. Nothing in it is of
 * the machine, the user, the directory or the time of its making, so that equal builds have equal manifests.
 *
 * The keys `manifest_version`, `config` and `packages` are those of mkosi's manifest, with its meanings, so that
 * readers of it read ours; the others are ours. schema/manifest.schema.json says the same for validators.
 */

/** Format and its major version. A reader refuses a newer major; keys that it does not know it leaves alone. */
export const MANIFEST_SCHEMA = 'stillroot/manifest/1';

export interface Manifest {
  /** mkosi's: version of the three keys that it defines. */
  readonly manifest_version: 1;
  readonly config: ManifestConfig;
  /** Those of the databases in the tree before rules. None where one of them is damaged, which `pack` warns of. */
  readonly packages: readonly ManifestPackage[];
  readonly schema: typeof MANIFEST_SCHEMA;
  readonly tool: ManifestTool;
  readonly settings: ManifestSettings;
  readonly inputs: ManifestInputs;
  readonly image: ManifestImage;
  /** In the order of the archive; with --manifest-entries only. */
  readonly entries?: readonly ManifestEntry[];
}

/** As mkosi has it. */
export interface ManifestConfig {
  /** Name of the image: that of the file without `.cpio` and `.xz`. */
  readonly name: string;
  /** In mkosi's words: ID of os-release, but `alma`, `azure`, `opensuse`; `linux` where the image does not say. */
  readonly distribution: string;
  /** In mkosi's words: `x86-64`, `arm64`; '' where no package says. */
  readonly architecture: string;
  readonly output_format: 'cpio';
  /** VERSION_CODENAME or VERSION_ID, whichever mkosi names the release by. */
  readonly release?: string;
}

/**
 * The first five as mkosi has them, in its order; `type` is `deb`, `rpm`, `pkg` (pacman) or `apk`. `size` is that once
 * installed, in bytes, 0 where the database does not say. (mkosi writes 0 for all of pacman's.)
 */
export interface ManifestPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly size: number;
  readonly purl: string;
  readonly source?: string;
  readonly sourceVersion?: string;
  /** By which the manager identifies the package: `sha256:HEX`. */
  readonly digest?: string;
  /** Of the package file: `sha256:HEX`. */
  readonly fileDigest?: string;
}

export interface ManifestTool {
  readonly name: 'stillroot';
  readonly version: string;
  /** Archive profile. */
  readonly profile: number;
  /** Encoder and its exact version. */
  readonly encoder: string;
}

/** Where a setting came from. Defaults are in `effective` only. */
export type SettingOrigin = 'option' | 'environment' | 'rule-file';

export interface GivenSetting {
  /** Name of the option, without its hyphens in front: `source-date-epoch`, `policy`. */
  readonly key: string;
  /** As it was written; of files their name without directories. */
  readonly value: string | number | boolean | readonly string[];
  readonly origin: SettingOrigin;
}

export interface ManifestSettings {
  /** What the user said, by key. Without what decides no byte: source, output, jobs, colours and the like. */
  readonly given: readonly GivenSetting[];
  /** Every setting that decides bytes, with its final value. */
  readonly effective: EffectiveSettings;
  /** Rules that did something, by id. What settings do to every entry (times, owners) is not among them. */
  readonly rules: readonly FiredRule[];
}

export interface EffectiveSettings {
  readonly format: 'cpio' | 'cpio.xz';
  /** Undefined where nothing is compressed. */
  readonly level?: number;
  readonly epoch: number;
  readonly mtime: string;
  readonly owner: string;
  /** `FROM:TO`. */
  readonly mapUid: readonly string[];
  readonly mapGid: readonly string[];
  readonly hardLinks: string;
  readonly rootEntry: boolean;
  readonly init?: string;
  /** That of --distro: `auto` or a name. */
  readonly distro: string;
  readonly skip: readonly string[];
  readonly only: readonly string[];
  /** Every policy with its value. */
  readonly policies: Readonly<Record<string, string>>;
  /** Rule files of the user, whole: they decide bytes, and a rebuild elsewhere does not have them. */
  readonly ruleFiles: readonly { readonly name: string; readonly digest: string; readonly text: string }[];
  readonly crossMounts: boolean;
  /** What stands in front of the archive: that of --segment and the early archives of the source. */
  readonly segment?: { readonly digest: string; readonly size: number };
  /** What stands behind it: the boot configuration of the source, from its text to its last byte. */
  readonly bootConfig?: { readonly digest: string; readonly size: number };
  readonly dropSegments: boolean;
}

export interface FiredRule {
  readonly id: string;
  readonly action: string;
  /** Entries that it changed. */
  readonly count: number;
  /** Of the rule itself, so that a rule that was changed since is noticed: `sha256:HEX`. `option/init` has none. */
  readonly digest?: string;
}

export interface ManifestInputs {
  readonly epoch: { readonly value: number; readonly origin: 'option' | 'environment' | 'default' };
  /** The command that made the tree, with --bootstrap only. */
  readonly bootstrap?: ManifestBootstrap;
  /** Where packages come from, as far as the tree after rules says: lines of apt, pacman, dnf and so on. */
  readonly repositories: readonly ManifestRepository[];
  /** os-release of the tree after rules: key to value. */
  readonly osRelease: Readonly<Record<string, string>>;
}

export interface ManifestBootstrap {
  /** What was asked for, as in --bootstrap: `mmdebstrap:bookworm`, or the command. */
  readonly request: string;
  /** The command line that was run by a shell; `{root}`, `{archive}`, `{scratch}`: see bootstrap/placeholders.ts. */
  readonly command: string;
  /** Program and its version, as it says itself; '' where nobody knows how to ask it. */
  readonly tool: string;
  readonly toolVersion: string;
  /**
   * Variables that it saw; null for those that were passed on from the user. Proxies are passed on always and not
   * listed: they differ from place to place, and what is fetched does not.
   */
  readonly environment: Readonly<Record<string, string | null>>;
  /** Files of the user that it reads (the directory of mkosi), with digests: path to `sha256:HEX`. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface ManifestRepository {
  readonly type: 'deb' | 'rpm' | 'alpm' | 'apk';
  /** Without a user name or password. */
  readonly url: string;
  readonly suite?: string;
  readonly components?: readonly string[];
  /** Where the URL is that of a snapshot: its date as it is written there. */
  readonly snapshot?: string;
}

export interface ManifestImage {
  /** Name of the file, without directories; `image.cpio`, `image.cpio.xz` for standard output and devices. */
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  /** `sha256:HEX`, as all digests. */
  readonly digest: string;
  /** The uncompressed archive, without what stands in front of it. */
  readonly payload: { readonly size: number; readonly digest: string; readonly entries: number };
  /**
   * The tree as it is in the archive, whatever the format: SHA-256 of the lines of tree-digest.ts. Equal trees have
   * equal digests in another profile or another version of the format.
   */
  readonly tree: { readonly digest: string };
  /** Of the .xz, in order; empty without compression. */
  readonly blocks: readonly ManifestBlock[];
  /** What the image was put into, with --ospkg. */
  readonly osPackage?: ManifestOsPackage;
}

/** An OS package of System Transparency: a zip archive that holds the image. */
export interface ManifestOsPackage {
  /** Name of the file, without directories. */
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly label: string;
  readonly cmdline: string;
  /** Where the package is to be downloaded from; '' where that is not said. */
  readonly url: string;
  readonly kernel: { readonly size: number; readonly digest: string };
}

export interface ManifestBlock {
  /** Bytes in the file, with header, padding and check. */
  readonly size: number;
  readonly uncompressedSize: number;
  /** Of those bytes in the file. */
  readonly digest: string;
}

export interface ManifestEntry {
  readonly path: string;
  readonly type: string;
  /** Octal, as `0755`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly size?: number;
  /** Of the content of a file. */
  readonly digest?: string;
  readonly target?: string;
  /** `MAJOR:MINOR`. */
  readonly device?: string;
  /** First name of the hard-link group, on its other names. */
  readonly hardLink?: string;
}
