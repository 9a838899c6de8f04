/**
 * The settings that determine the bytes of an image: a row each. A row says how the setting is typed on the command line,
 * which step uses it, and how a manifest records it. The table is the source of the verbs' options, the value passed to
 * the work (`Settings`), `settings.effective` of a manifest with its check and its schema, the conversion of a
 * manifest back to settings, the parameters of a provenance statement, and the table of options in the documentation.
 *
 * To add a setting, add a row, and use it.
 */
import { StillrootError } from '../errors.ts';
import { canonicalPlatform, parsePlatform, platformText } from '../formats/oci/platform.ts';
import { digest, fileName, sizedDigest } from '../json/common-shapes.ts';
import * as shape from '../json/shape.ts';
import { HARD_LINK_POLICIES } from '../normalize/hard-links.ts';
import { MAX_EPOCH, MTIME_POLICIES } from '../normalize/mtime.ts';
import { OWNER_POLICIES } from '../normalize/owner.ts';
import {
  type ArchiveFormat,
  archiveFormats,
  DEFAULT_FORMAT,
  levelRange,
  levelsText,
  rangeText,
  scaleOf,
  standardLevelsText,
} from '../pack/formats.ts';
import { highestLevel } from '../pack/levels.ts';
import { choosePolicies, POLICIES, type PolicyChoice } from '../rules/policies.ts';
import { CONTAINER_SETTINGS } from './container-settings.ts';
import { choice, flag, list, optionalChoice, parsed, text, textOrNone } from './option.ts';
import { epochOf, parseEpoch, parseIdMap, parseLevel, parsePolicies, parseWhole } from './parse-values.ts';
import {
  digestOf,
  type IdMap,
  idMap,
  plain,
  type RuleFileText,
  type SegmentFile,
  type Setting,
  segmentOf,
  setting,
  word,
} from './setting.ts';

/** Those that plan-tree.ts accepts. */
async function distroNames(): Promise<readonly string[]> {
  const [{ TABLES }, { LAYER_OF_DISTRO }] = await Promise.all([
    import('../rules/tables/index.ts'),
    import('../rules/detect.ts'),
  ]);
  return ['auto', ...Object.keys(TABLES), ...Object.keys(LAYER_OF_DISTRO)];
}

/** Loaded on demand: the tables are large. */
async function ruleIds(): Promise<readonly string[]> {
  const { TABLES } = await import('../rules/tables/index.ts');
  return [...new Set(Object.values(TABLES).flatMap((rules) => rules.map(({ id }) => id)))];
}

export const TREE_SETTINGS = {
  /** Distribution whose rules apply. Default: `auto`, the detected one. */
  distro: plain(
    'rules',
    parsed(
      {
        option: 'distro',
        group: 'Rules',
        metavar: 'NAME',
        completes: distroNames,
        text: 'Use the rules of this distribution instead of the detected one',
        defaultText: 'auto',
      },
      (given) => given ?? 'auto',
    ),
    shape.text('The value of --distro: `auto` or a name.'),
  ),
  /** Paths of TOML files with your own rules; later files win. */
  ruleFiles: setting<
    readonly string[],
    readonly RuleFileText[],
    readonly { readonly name: string; readonly digest: string; readonly text: string }[]
  >({
    step: 'rules',
    option: list({
      option: 'rules',
      group: 'Rules',
      metavar: 'FILE',
      completes: 'small-input',
      text: 'TOML file with your own rules; repeatable, later files win',
    }),
    resolve: (files, { readRuleFile }) => Promise.all(files.map(readRuleFile)),
    shape: shape.listOf(
      shape.object({ name: fileName, digest, text: shape.text() }),
      'Rule files of the user in full, in order.',
    ),
    record: (files) => files.map(({ name, text }) => ({ name, digest: digestOf(text), text })),
    restore: (files = [], where) =>
      files.map(({ name, digest, text }, at) => {
        const found = digestOf(text);
        if (found === digest) return { name, text };
        throw new StillrootError('manifest-malformed', `does not match the text, whose digest is ${found}`, {
          where: `${where}[${at}].digest`,
        });
      }),
    provenance: 'dependency',
  }),
  /** Rules to leave out: ids or globs. */
  skip: plain(
    'rules',
    list({
      option: 'skip',
      group: 'Rules',
      metavar: 'ID',
      completes: ruleIds,
      text: 'Leave out rules by id or glob; repeatable',
    }),
    shape.listOf(shape.text()),
  ),
  /** The only rules to apply: ids or globs. */
  only: plain(
    'rules',
    list({
      option: 'only',
      group: 'Rules',
      metavar: 'ID',
      completes: ruleIds,
      text: 'Apply only these rules, by id or glob; repeatable',
    }),
    shape.listOf(shape.text()),
  ),
  /** Policies by name. */
  policies: setting<readonly PolicyChoice[], ReadonlyMap<string, string>, Readonly<Record<string, string>>>({
    step: 'rules',
    option: list(
      {
        ...{ option: 'policy', group: 'Rules', metavar: 'NAME=VALUE', pairs: '=' },
        completes: () => POLICIES.flatMap(({ name, values }) => values.map((value) => `${name}=${value}`)),
        text: 'Set a policy; repeatable',
      },
      (choices, where) => parsePolicies(where, choices),
    ),
    resolve: (choices, { policiesBefore }) => choosePolicies(POLICIES, [...policiesBefore, ...choices]),
    shape: shape.recordOf(shape.text(), 'Every policy with its value.'),
    record: (values) => Object.fromEntries(values),
    restore: (values = {}, where) =>
      choosePolicies(
        POLICIES,
        Object.entries(values).map(([name, value]) => ({ name, value, where })),
      ),
    provenance: 'by-name',
  }),
  /** Whether directories on which something is mounted are entered. Default: false. */
  crossMounts: plain(
    'source',
    flag({ option: 'cross-mounts', group: 'Input', text: 'Descend into mount points' }),
    shape.flag(),
  ),
  /** Which image of a container image is read, by name, tag, digest or `@N`; false reads it as a tree of files. */
  image: plain(
    'source',
    textOrNone({
      option: 'image',
      group: 'Input',
      metavar: 'NAME',
      text: 'Image to read: name or @N; --no-image: as files',
    }),
    shape.optional(shape.either([shape.text(), shape.oneOf([false])], 'The value of --image.')),
  ),
  /**
   * Which platform of a container image is read, and what a written one runs on: `OS/ARCHITECTURE[/VARIANT]`. Default: the
   * only one, and as the programs in the tree say.
   */
  platform: plain(
    'source',
    parsed(
      {
        option: 'platform',
        group: 'Input',
        metavar: 'OS/ARCH',
        completes: () => ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/386', 'linux/riscv64'],
        text: 'Platform of the image to read or write, such as linux/arm64',
      },
      (given, where) =>
        given === undefined ? undefined : platformText(canonicalPlatform(parsePlatform(given, where))),
    ),
    shape.optional(shape.text('`OS/ARCHITECTURE`, or `OS/ARCHITECTURE/VARIANT`.')),
  ),
  /** Latest time stamp, in seconds since 1970. Default: 0. */
  epoch: setting<number | undefined, number, number>({
    step: 'plan',
    option: parsed(
      {
        option: 'source-date-epoch',
        group: 'Times and owners',
        metavar: 'SECONDS',
        text: 'Latest timestamp, in seconds since 1970',
        defaultText: '$SOURCE_DATE_EPOCH, else 0',
      },
      (given, where) => (given === undefined ? undefined : parseEpoch(where, given)),
    ),
    // The specification requires a malformed variable to fail the build.
    resolve: (given, { env }) => given ?? epochOf(env.SOURCE_DATE_EPOCH),
    shape: shape.whole('Seconds since 1970.', 0, MAX_EPOCH),
    record: (epoch) => epoch,
    restore: (epoch = 0) => epoch,
    provenance: 'external',
  }),
  /** Modification times: `clamp` to the epoch (the default), `set` to it, or `keep`. */
  mtime: word(
    'plan',
    choice(
      {
        option: 'mtime',
        group: 'Times and owners',
        text: 'Modification times: clamp to the epoch, set to the epoch, or keep',
      },
      MTIME_POLICIES,
      'clamp',
    ),
    MTIME_POLICIES,
  ),
  /** Owners: `keep`, `root` (all 0:0), or `auto` (the default: your own ids become 0 unless you are root). */
  owner: word(
    'plan',
    choice(
      {
        option: 'owner',
        group: 'Times and owners',
        text: 'Owners: keep, root (all 0:0), or auto (your own ids become 0 unless you are root)',
      },
      OWNER_POLICIES,
      'auto',
    ),
    OWNER_POLICIES,
  ),
  /** User ids to change: from one to another. */
  mapUid: idMap(
    list(
      {
        ...{ option: 'map-uid', group: 'Times and owners', metavar: 'FROM:TO', pairs: ':' },
        text: 'Change a user id; repeatable',
      },
      (pairs, where): IdMap => parseIdMap(where, pairs),
    ),
  ),
  /** Group ids to change: from one to another. */
  mapGid: idMap(
    list(
      {
        ...{ option: 'map-gid', group: 'Times and owners', metavar: 'FROM:TO', pairs: ':' },
        text: 'Change a group id; repeatable',
      },
      (pairs, where): IdMap => parseIdMap(where, pairs),
    ),
  ),
  /** Hard links: `keep` (the default), or `copy`, which makes each name a separate file. */
  hardLinks: word(
    'plan',
    choice(
      {
        option: 'hard-links',
        group: 'Times and owners',
        text: 'Keep hard links, or store each name as a separate copy',
      },
      HARD_LINK_POLICIES,
      'keep',
    ),
    HARD_LINK_POLICIES,
  ),
  /** Whether `/` itself has an entry (0755, 0:0). Default: false. */
  rootEntry: plain(
    'plan',
    flag({ option: 'root-entry', group: 'Output', text: 'Write an entry for / itself (0755, 0:0)' }),
    shape.flag(),
  ),
  /** Program that `/init` links to where the tree has no `/init`. */
  init: plain(
    'plan',
    parsed(
      {
        option: 'init',
        group: 'Output',
        metavar: 'PATH',
        text: 'Link /init to this program if the tree has none',
      },
      (given, where) => {
        if (given !== '' && given !== '/') return given;
        const found = JSON.stringify(given);
        throw new StillrootError(
          'usage',
          `invalid value ${found}, wanted the path of a program in the tree`,
          { where },
        );
      },
    ),
    shape.optional(shape.text()),
  ),
} as const;

export const ARCHIVE_SETTINGS = {
  /** Format of the archive. Default: by the name of the output. */
  format: setting<ArchiveFormat | undefined, ArchiveFormat, ArchiveFormat>({
    step: 'archive',
    option: optionalChoice(
      {
        option: 'format',
        group: 'Output',
        metavar: 'FORMAT',
        text: 'Output format, if the file name does not tell',
      },
      archiveFormats(),
    ),
    resolve: (_format, { format }) => format(),
    shape: shape.oneOf(archiveFormats()),
    record: (format) => format,
    restore: (format) => format ?? DEFAULT_FORMAT,
  }),
  /** Compression, from fast to small, on the scale of the format. Undefined for an uncompressed archive. */
  level: setting<number | undefined, number | undefined, number | undefined>({
    step: 'archive',
    option: parsed(
      {
        option: 'level',
        group: 'Compression and cache',
        metavar: 'N',
        text: `Level: ${levelsText()}`,
        defaultText: standardLevelsText(),
      },
      (given, where) => (given === undefined ? undefined : parseLevel(where, given)),
    ),
    resolve: (level, { format, nameOf }) => {
      const scale = scaleOf(format());
      if (scale === undefined) return undefined;
      const { minimum, standard } = scale;
      return level === undefined
        ? standard
        : parseWhole(nameOf('level'), String(level), minimum, highestLevel(scale), ` for ${format()}`);
    },
    shape: shape.optional(
      shape.whole('Absent if nothing is compressed.', levelRange().minimum, levelRange().maximum),
    ),
    record: (level) => level,
    restore: (level, where, format) => {
      const scale = scaleOf(format);
      if (scale === undefined) return undefined;
      if (level === undefined) return scale.standard;
      if (level >= scale.minimum && level <= highestLevel(scale)) return level;
      throw new StillrootError(
        'manifest-malformed',
        `found ${level}, wanted a level of ${format}: ${rangeText(scale)}`,
        { where },
      );
    },
    applies: (format) => scaleOf(format) !== undefined,
  }),
  /** Path of an early cpio to put first, such as microcode. */
  segment: setting<
    string | undefined,
    SegmentFile | undefined,
    Pick<SegmentFile, 'digest' | 'size'> | undefined
  >({
    step: 'archive',
    option: text({
      option: 'segment',
      group: 'Output',
      metavar: 'FILE',
      completes: 'small-input',
      text: 'Early cpio to put in front, such as microcode',
    }),
    resolve: async (path, { readSegment }) =>
      path === undefined ? undefined : segmentOf(await readSegment(path)),
    shape: shape.optional(shape.about('The early archive in front of the archive.', sizedDigest)),
    record: (segment) => segment && { digest: segment.digest, size: segment.size },
    restore: (segment) => segment,
    provenance: 'dependency',
  }),
  /** Whether the early archives and the boot configuration of the source are left out. Default: false. */
  dropSegments: plain(
    'archive',
    flag({
      option: 'drop-segments',
      group: 'Output',
      text: 'Leave out the early archives and the boot configuration of the source',
    }),
    shape.flag(),
  ),
  ...CONTAINER_SETTINGS,
} as const;

export const SETTINGS = { ...TREE_SETTINGS, ...ARCHIVE_SETTINGS } as const;

export type SettingKey = keyof typeof SETTINGS;

type ValueOfSetting<S> = S extends Setting<infer _Typed, infer Value, infer _Recorded> ? Value : never;
type SettingsOf<Table> = { readonly [Key in keyof Table]: ValueOfSetting<Table[Key]> };

/** What determines which entries an image has and their metadata. */
export type TreeSettings = SettingsOf<typeof TREE_SETTINGS>;
/** What determines how they are written. */
export type ArchiveSettings = SettingsOf<typeof ARCHIVE_SETTINGS>;
export type Settings = TreeSettings & ArchiveSettings;
