/** Turns a command line into settings, once, at the start of the program. */
import { basename } from 'node:path';
import { StillrootError } from '../errors.ts';
import { type ArchiveFormat, withLayerCompression } from '../pack/formats.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import type { RuleFile } from '../rules/user-file.ts';
import { CONTAINER_SETTINGS } from './container-settings.ts';
import type { Option } from './option.ts';
import type { RuleFileText, Setting, Surroundings } from './setting.ts';
import {
  ARCHIVE_SETTINGS,
  SETTINGS,
  type SettingKey,
  type Settings,
  TREE_SETTINGS,
  type TreeSettings,
} from './settings.ts';

type OptionsOf<Table> = { readonly [Key in keyof Table]: Table[Key] extends { option: infer O } ? O : never };

function optionsOf<Table extends Readonly<Record<string, { readonly option: Option<unknown> }>>>(
  table: Table,
): OptionsOf<Table> {
  return Object.fromEntries(
    Object.entries(table).map(([key, { option }]) => [key, option]),
  ) as OptionsOf<Table>;
}

/** Options of the verbs that read a tree. */
export const TREE_OPTIONS: OptionsOf<typeof TREE_SETTINGS> = optionsOf(TREE_SETTINGS);
const { image, platform, ...ofDirectories } = TREE_OPTIONS;
/** Options of `finalize`, which works on a directory itself. */
export const DIRECTORY_OPTIONS: Omit<typeof TREE_OPTIONS, 'image' | 'platform'> = ofDirectories;
/** Which image of a container image is read, for the verbs that plan nothing. */
export const IMAGE_OPTIONS: Pick<typeof TREE_OPTIONS, 'image' | 'platform'> = { image, platform };
/** What they are where there is no image to choose. */
export const NO_IMAGE: { readonly image: undefined; readonly platform: undefined } = {
  image: undefined,
  platform: undefined,
};
/** Options of the verbs that write an archive. */
export const ARCHIVE_OPTIONS: OptionsOf<typeof ARCHIVE_SETTINGS> = optionsOf(ARCHIVE_SETTINGS);

/** Those among them that apply to container images only. */
export const CONTAINER_OPTIONS: OptionsOf<typeof CONTAINER_SETTINGS> = optionsOf(CONTAINER_SETTINGS);

type TypedOf<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Typed, infer _Value, infer _Recorded>
    ? Typed
    : never;
};
export type TypedTreeSettings = TypedOf<typeof TREE_SETTINGS>;
export type TypedSettings = TypedOf<typeof SETTINGS>;

/** Input from outside the command line; see Surroundings. */
export interface Outside extends Omit<Surroundings, 'policiesBefore' | 'format'> {
  /** Policies of the calling image builder; rule files and options override them. */
  readonly builderPolicies?: readonly PolicyChoice[];
}

/** @throws StillrootError `usage`, `rule-file`, `policy-unknown`, `source-missing` */
export function resolveTreeSettings(typed: TypedTreeSettings, outside: Outside): Promise<TreeSettings> {
  return resolve(Object.keys(TREE_SETTINGS) as SettingKey[], typed, outside) as Promise<TreeSettings>;
}

/** @throws StillrootError `usage`, `rule-file`, `policy-unknown`, `source-missing` */
export function resolveSettings(typed: TypedSettings, outside: Outside): Promise<Settings> {
  return resolve(Object.keys(SETTINGS) as SettingKey[], typed, outside) as Promise<Settings>;
}

async function resolve(
  keys: readonly SettingKey[],
  typed: Partial<TypedSettings> & Pick<TypedSettings, 'ruleFiles'>,
  outside: Outside,
): Promise<Partial<Settings>> {
  const { builderPolicies = [] } = outside;
  const format = (): ArchiveFormat => formatOfImage(typed, outside);
  const first = { ...outside, format, policiesBefore: builderPolicies };
  const ruleFiles = await SETTINGS.ruleFiles.resolve(typed.ruleFiles, first);
  const { policies } = await parseRuleFiles(ruleFiles);
  const surroundings = { ...outside, format, policiesBefore: [...builderPolicies, ...policies] };
  const values = keys.map(async (key) => {
    const row = SETTINGS[key] as Setting<unknown, unknown, unknown>;
    if (key === 'ruleFiles') return [key, ruleFiles] as const;
    return [key, await row.resolve(typed[key], surroundings)] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

/** @throws StillrootError `usage` for the compression of a layer where there is none */
function formatOfImage(
  { format: typed, layerCompression }: Partial<TypedSettings>,
  { formatOfOutput, nameOf }: Outside,
): ArchiveFormat {
  const format = typed ?? formatOfOutput();
  if (layerCompression === undefined) return format;
  const found = withLayerCompression(format, layerCompression);
  if (found !== undefined) return found;
  throw new StillrootError('usage', `is only valid for a container image, not for ${format}`, {
    where: nameOf('layer-compression'),
    hint: 'Name an output that ends in .oci.tar, or choose the format oci.',
  });
}

/** In order; later rules override earlier ones. */
export async function parseRuleFiles(files: readonly RuleFileText[]): Promise<RuleFile> {
  if (files.length === 0) return { rules: [], policies: [] };
  // The TOML parser and the table of normalizers, which most runs do not need.
  const [{ readRuleFile }, { REWRITES }] = await Promise.all([
    import('../rules/user-file.ts'),
    import('../rewrite/registry.ts'),
  ]);
  const known = { normalizers: Object.keys(REWRITES) };
  const parsed = files.map(({ name, path, text }) => readRuleFile(text, path ?? name, known));
  return {
    rules: parsed.flatMap(({ rules }) => rules),
    policies: parsed.flatMap(({ policies }) => policies),
  };
}

/** Where a setting came from. Defaults appear only in `effective`. */
export type SettingOrigin = 'option' | 'environment' | 'rule-file';

export interface GivenSetting {
  /** Name of the option, without the leading hyphens: `source-date-epoch`, `policy`. */
  readonly key: string;
  /** As given; for files, the name without directories. */
  readonly value: string | number | boolean | readonly string[];
  readonly origin: SettingOrigin;
}

/** Settings that name files of the user: a name says more than a path, and is the same on other machines. */
const FILE_KEYS: ReadonlySet<SettingKey> = new Set(['ruleFiles', 'segment']);

/**
 * The settings given by the user, by name of the option.
 *
 * @param words of the command line, by name of the option; undefined where not given
 * @param policies those chosen by rule files
 */
export function givenSettings(
  words: Readonly<Record<string, unknown>>,
  policies: RuleFile['policies'],
  env: Surroundings['env'],
): GivenSetting[] {
  const rows = Object.entries(SETTINGS) as [SettingKey, Setting<unknown, unknown, unknown>][];
  return rows
    .flatMap(([key, { option }]): GivenSetting[] => {
      const name = option.option;
      const value = words[name] as GivenSetting['value'] | undefined;
      const given: GivenSetting[] = [];
      if (key === 'policies' && policies.length > 0) {
        const choices = policies.map((policy) => `${policy.name}=${policy.value}`);
        given.push({ key: name, value: choices, origin: 'rule-file' });
      }
      if (value !== undefined) {
        given.push({ key: name, value: FILE_KEYS.has(key) ? namesOf(value) : value, origin: 'option' });
      } else if (key === 'epoch' && env.SOURCE_DATE_EPOCH) {
        given.push({ key: name, value: env.SOURCE_DATE_EPOCH, origin: 'environment' });
      }
      return given;
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

export type EpochOrigin = 'option' | 'environment' | 'default';

/** Where the epoch came from: option, environment or default. */
export function epochOrigin(given: readonly GivenSetting[]): EpochOrigin {
  const origin = given.find(({ key }) => key === SETTINGS.epoch.option.option)?.origin;
  return origin === 'option' || origin === 'environment' ? origin : 'default';
}

function namesOf(value: string | number | boolean | readonly string[]): GivenSetting['value'] {
  if (typeof value === 'object') return value.map(nameOf);
  return typeof value === 'string' ? nameOf(value) : value;
}

/** The path of a shell's `<(command)` has a different number each time. */
export function nameOf(path: string): string {
  return /^\/(dev|proc)\//.test(path) ? 'pipe' : basename(path);
}
