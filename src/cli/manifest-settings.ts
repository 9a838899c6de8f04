/** What of a command line decides bytes: as it was given, and with all defaults. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { EffectiveSettings, GivenSetting, ManifestInputs } from '../manifest/manifest.ts';
import type { ArchiveFormat } from '../pack/pack.ts';
import type { PlanSettings } from '../plan/plan.ts';
import type { ArchiveArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import type { UserRules } from './rule-files.ts';
import type { Terminal } from './terminal.ts';

export type SettingArguments = RuleArguments &
  NormalizeArguments &
  Pick<ArchiveArguments, 'format' | 'level' | 'segment'> & { readonly 'drop-segments'?: boolean };

/** In the order of their names. */
const KEYS = [
  'cross-mounts',
  'distro',
  'drop-segments',
  'format',
  'hard-links',
  'init',
  'level',
  'map-gid',
  'map-uid',
  'mtime',
  'only',
  'owner',
  'policy',
  'root-entry',
  'rules',
  'segment',
  'skip',
  'source-date-epoch',
] as const satisfies readonly (keyof SettingArguments)[];

/** Those that name files of the user: a name says more than a path, and is the same elsewhere. */
const FILES: ReadonlySet<string> = new Set(['rules', 'segment']);

/** @param given names of the options that were written */
export function givenSettings(
  args: SettingArguments,
  given: ReadonlySet<string>,
  user: UserRules,
  { env }: Pick<Terminal, 'env'>,
): GivenSetting[] {
  return KEYS.flatMap((key): GivenSetting[] => {
    const value = args[key];
    const rows: GivenSetting[] = [];
    if (key === 'policy' && user.policies.length > 0) {
      const choices = user.policies.map((policy) => `${policy.name}=${policy.value}`);
      rows.push({ key, value: choices, origin: 'rule-file' });
    }
    if (given.has(key) && value !== undefined) {
      rows.push({ key, value: FILES.has(key) ? namesOf(value) : value, origin: 'option' });
    } else if (key === 'source-date-epoch' && env.SOURCE_DATE_EPOCH) {
      rows.push({ key, value: env.SOURCE_DATE_EPOCH, origin: 'environment' });
    }
    return rows;
  });
}

export function epochOrigin(
  args: Pick<NormalizeArguments, 'source-date-epoch'>,
  { env }: Pick<Terminal, 'env'>,
): ManifestInputs['epoch']['origin'] {
  if (args['source-date-epoch'] !== undefined) return 'option';
  return env.SOURCE_DATE_EPOCH ? 'environment' : 'default';
}

export interface Effective {
  readonly settings: PlanSettings;
  readonly policies: ReadonlyMap<string, string>;
  readonly user: UserRules;
  readonly format: ArchiveFormat;
  readonly level: number;
  /** What stands in front of the archive. */
  readonly segment: Uint8Array | undefined;
  /** What stands behind it. */
  readonly bootConfig: Uint8Array | undefined;
}

export function effectiveSettings(args: SettingArguments, facts: Effective): EffectiveSettings {
  const { settings, policies, user, format, level, segment, bootConfig } = facts;
  const { epoch, mtime, owner, hardLinks, rootEntry, init } = settings;
  return {
    format,
    ...(format === 'cpio' ? {} : { level }),
    epoch,
    mtime,
    owner: owner.policy,
    mapUid: idMap(owner.mapUid),
    mapGid: idMap(owner.mapGid),
    hardLinks,
    rootEntry,
    ...(init === undefined ? {} : { init }),
    distro: args.distro,
    skip: args.skip ?? [],
    only: args.only ?? [],
    policies: Object.fromEntries(policies),
    ruleFiles: user.files.map(({ name, text }) => ({ name: nameOf(name), digest: digestOf(text), text })),
    crossMounts: args['cross-mounts'],
    ...(segment === undefined ? {} : { segment: sizedDigest(segment) }),
    ...(bootConfig === undefined ? {} : { bootConfig: sizedDigest(bootConfig) }),
    dropSegments: args['drop-segments'] ?? false,
  };
}

function idMap(map: ReadonlyMap<number, number>): string[] {
  return [...map].map(([from, to]) => `${from}:${to}`);
}

function namesOf(value: string | boolean | readonly string[]): GivenSetting['value'] {
  if (typeof value === 'object') return value.map(nameOf);
  return typeof value === 'string' ? nameOf(value) : value;
}

/** What `<(command)` of a shell gives has another number each time. */
function nameOf(path: string): string {
  return /^\/(dev|proc)\//.test(path) ? 'pipe' : basename(path);
}

function sizedDigest(bytes: Uint8Array): { readonly digest: string; readonly size: number } {
  return { digest: digestOf(bytes), size: bytes.length };
}

function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
