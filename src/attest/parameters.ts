/** The settings of a manifest as SLSA wants them: what the user said, and apart from it what followed. */
import type { Manifest } from '../manifest/manifest.ts';
import type { Setting } from '../settings/setting.ts';
import { SETTINGS, type SettingKey } from '../settings/settings.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** By option; never empty: the epoch decides bytes whoever gave it. */
export function externalParameters({ settings, inputs, image }: Manifest): Parameters {
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

/** Policies may be given in rule files and by option: then both lists are one. */
function givenValues(given: Manifest['settings']['given']): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { key, value } of given) {
    const before = values[key];
    values[key] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
  return values;
}

/** By option as well, so that the two can be compared. */
export function internalParameters({ settings, inputs }: Manifest): Parameters {
  const { given, effective } = settings;
  const isGiven = new Set(given.map(({ key }) => key));
  const parameters: Record<string, unknown> = {};
  // No name may be in both objects. Some settings are told in another place: see Setting.provenance.
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
