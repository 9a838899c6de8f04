/** Settings in a manifest, and back. */
import { sizedDigest } from '../json/common-shapes.ts';
import * as shape from '../json/shape.ts';
import { type Setting, segmentOf } from './setting.ts';
import { SETTINGS, type SettingKey, type Settings } from './settings.ts';

type Table = typeof SETTINGS;
type RecordedOf<S> = S extends Setting<infer _Typed, infer _Value, infer Recorded> ? Recorded : never;
type OptionalKeys = {
  [Key in SettingKey]: undefined extends RecordedOf<Table[Key]> ? Key : never;
}[SettingKey];

/** `settings.effective` of a manifest: every setting that determines bytes, with its final value. */
export type EffectiveSettings = {
  readonly [Key in Exclude<SettingKey, OptionalKeys>]: RecordedOf<Table[Key]>;
} & { readonly [Key in OptionalKeys]?: Exclude<RecordedOf<Table[Key]>, undefined> } & {
  /** Not a setting: the boot configuration copied from the source. */
  readonly bootConfig?: SizedDigest;
};

type SizedDigest = shape.Infer<typeof sizedDigest>;

const ROWS = Object.entries(SETTINGS) as readonly [SettingKey, Setting<unknown, unknown, unknown>][];

export const effectiveShape: shape.Shape<EffectiveSettings> = shape.object(
  {
    ...Object.fromEntries(ROWS.map(([key, row]) => [key, row.shape])),
    bootConfig: shape.optional(shape.about('The boot configuration that follows the archive.', sizedDigest)),
  },
  'Every setting that decides bytes, with its final value.',
) as shape.Shape<EffectiveSettings>;

/** @param bootConfig of the source, as written after the archive */
export function recordSettings(settings: Settings, bootConfig?: Uint8Array): EffectiveSettings {
  const recorded = ROWS.filter(([, { applies }]) => applies?.(settings.format) ?? true)
    .map(([key, row]) => [key, row.record(settings[key])] as const)
    .filter(([, value]) => value !== undefined);
  const { digest, size } = bootConfig === undefined ? { digest: '', size: 0 } : segmentOf(bootConfig);
  return {
    ...Object.fromEntries(recorded),
    ...(bootConfig === undefined ? {} : { bootConfig: { digest, size } }),
  } as EffectiveSettings;
}

/**
 * @param recorded already checked by `effectiveShape`
 * @param where place of the settings, for messages
 * @throws StillrootError `manifest-malformed`, `policy-unknown` for anything unknown to this version of stillroot
 */
export function restoreSettings(recorded: EffectiveSettings, where: string): Settings {
  const { format } = recorded;
  return Object.fromEntries(
    ROWS.map(([key, row]) => [key, row.restore(recorded[key], `${where}.${key}`, format)]),
  ) as Settings;
}
