/** What has changed since the image was built: each may be why the rebuilt one differs. */
import type { Manifest, ManifestBootstrap, ManifestRepository } from '../manifest/manifest.ts';
import type { MatchLevel } from '../verify/verification.ts';

/** Stable, for programs. */
export const CIRCUMSTANCES = [
  'tool',
  'profile',
  'encoder',
  'rule',
  'segment',
  'boot-config',
  'repository',
  'bootstrap-command',
  'bootstrap-tool',
  'bootstrap-file',
] as const;

export interface Circumstance {
  readonly code: (typeof CIRCUMSTANCES)[number];
  /** The weakest level that it can affect; everything above it changes as well. */
  readonly explains: Exclude<MatchLevel, 'none'>;
  readonly what: string;
  /** Null where it was absent. */
  readonly wanted: string | null;
  readonly found: string | null;
}

/** @param found the manifest of the rebuilt image */
export function circumstances(wanted: Manifest, found: Manifest): Circumstance[] {
  return [
    ...differing('encoder', 'file', 'encoder', wanted.tool.encoder, found.tool.encoder),
    ...differing('profile', 'payload', 'archive profile', wanted.tool.profile, found.tool.profile),
    ...differing('tool', 'tree', 'stillroot', wanted.tool.version, found.tool.version),
    ...segment(wanted, found),
    ...bootConfig(wanted, found),
    ...changedRules(wanted, found),
    ...bootstrap(wanted.inputs.bootstrap, found.inputs.bootstrap),
    ...repositories(wanted.inputs.repositories, found.inputs.repositories),
  ];
}

type Code = Circumstance['code'];
type Value = string | number | undefined;

function differing(
  code: Code,
  explains: Circumstance['explains'],
  what: string,
  wanted: Value,
  found: Value,
): Circumstance[] {
  if (wanted === found) return [];
  const text = (value: Value): string | null => (value === undefined ? null : String(value));
  return [{ code, explains, what, wanted: text(wanted), found: text(found) }];
}

function segment(wanted: Manifest, found: Manifest): Circumstance[] {
  const [a, b] = [wanted.settings.effective.segment, found.settings.effective.segment];
  return differing('segment', 'file', 'early archive in front', a?.digest, b?.digest);
}

function bootConfig(wanted: Manifest, found: Manifest): Circumstance[] {
  const [a, b] = [wanted.settings.effective.bootConfig, found.settings.effective.bootConfig];
  return differing('boot-config', 'file', 'boot configuration after the archive', a?.digest, b?.digest);
}

/** Rules that changed something both times, but have changed themselves. */
function changedRules(wanted: Manifest, found: Manifest): Circumstance[] {
  const now = new Map(found.settings.rules.map(({ id, digest }) => [id, digest]));
  return wanted.settings.rules.flatMap(({ id, digest }) =>
    now.has(id) ? differing('rule', 'tree', id, digest, now.get(id)) : [],
  );
}

function bootstrap(
  wanted: ManifestBootstrap | undefined,
  found: ManifestBootstrap | undefined,
): Circumstance[] {
  // A source given by the user replaces the command.
  if (wanted === undefined || found === undefined) return [];
  const [before, after] = [wanted.files ?? {}, found.files ?? {}];
  const files = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return [
    ...differing('bootstrap-command', 'tree', 'command', wanted.command, found.command),
    ...differing('bootstrap-tool', 'tree', wanted.tool, wanted.toolVersion, found.toolVersion),
    ...files.flatMap((file) => differing('bootstrap-file', 'tree', file, before[file], after[file])),
  ];
}

function repositories(
  wanted: readonly ManifestRepository[],
  found: readonly ManifestRepository[],
): Circumstance[] {
  const shown = (all: readonly ManifestRepository[]): string =>
    all.map(({ url, suite, components = [] }) => [url, suite, ...components].join(' ').trimEnd()).join('; ');
  const [a, b] = [shown(wanted), shown(found)];
  return differing('repository', 'tree', 'repositories', a === '' ? undefined : a, b === '' ? undefined : b);
}
