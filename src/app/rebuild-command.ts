/** The command of a manifest: shown, and run only on request. */
import { type Allowed, refuseUnallowed } from '../bootstrap/allowed.ts';
import { describeBootstrap, recordBootstrap } from '../bootstrap/bootstrap.ts';
import { allowEnvironment, baseEnvironment, parseChoices } from '../bootstrap/environment.ts';
import { type Pins, pinVersions } from '../bootstrap/pins.ts';
import { checkCommand } from '../bootstrap/placeholders.ts';
import { showCommand } from '../bootstrap/shell-words.ts';
import { StillrootError } from '../errors.ts';
import type { Manifest, ManifestBootstrap } from '../manifest/manifest.ts';
import type { Environment } from './builder-root.ts';

/** The requested bootstrap, as a manifest records it. @param env of the caller */
export function requestedBootstrap(
  request: string,
  { bootstrapEnv }: { readonly bootstrapEnv: readonly string[] },
  epoch: number,
  env: Environment,
): ManifestBootstrap {
  return recordBootstrap(request, epoch, parseChoices(bootstrapEnv), { caller: env });
}

export interface Bootstrapping {
  readonly command: string;
  readonly environment: ManifestBootstrap['environment'];
  readonly files?: Readonly<Record<string, string>>;
}

export interface WantedRebuild {
  /** Path of the manifest, for messages. */
  readonly manifest: string;
  /** A command instead of the recorded one. */
  readonly bootstrap: string | undefined;
  readonly bootstrapEnv: readonly string[];
  /** Whether the recorded command may be run. */
  readonly run: boolean;
  /** Which recorded commands may be run. */
  readonly allowed: Allowed;
  readonly pin: boolean;
  readonly packageArchive: string | undefined;
}

export interface Rebuild {
  readonly run: Bootstrapping;
  /** For the manifest of the rebuilt image: without the pins, with the current versions and files. */
  readonly record: ManifestBootstrap;
  readonly pins: Pick<Pins, 'pinned' | 'note'>;
}

/**
 * @param env of the caller; the command only sees the allowed part
 * @throws StillrootError `manifest-refused` for a command that must not be run, or that was not confirmed with --run
 */
export function rebuildOf(manifest: Manifest, args: WantedRebuild, env: Environment): Rebuild {
  const record =
    args.bootstrap === undefined
      ? recordedCommand(manifest, args, env)
      : requestedBootstrap(args.bootstrap, args, manifest.settings.effective.epoch, env);
  const pins = args.pin
    ? pinVersions(record, manifest.packages, { packageArchive: args.packageArchive })
    : { command: record.command, files: {}, pinned: 0, note: '--no-pin' };
  return {
    run: { command: pins.command, environment: record.environment, files: pins.files },
    record,
    pins,
  };
}

function recordedCommand(
  { inputs, settings }: Manifest,
  args: WantedRebuild,
  env: Environment,
): ManifestBootstrap {
  const where = args.manifest;
  const { bootstrap } = inputs;
  if (bootstrap === undefined) {
    throw new StillrootError('usage', 'records no command that builds the tree', {
      where,
      hint: 'Give the tree (stillroot reproduce MANIFEST SOURCE) or a command (--bootstrap).',
    });
  }
  checkCommand(bootstrap.command, where, 'manifest-refused');
  refuseUnallowed(bootstrap, args.allowed, where);
  const { epoch } = settings.effective;
  const choices = parseChoices(args.bootstrapEnv);
  const environment = allowEnvironment(bootstrap.environment, epoch, choices, where);
  if (args.run) return describeBootstrap({ ...bootstrap, environment }, env);
  const base = baseEnvironment(epoch);
  const own = Object.entries(environment)
    .filter(([name, value]) => base[name] !== value)
    .map(([name, value]) => (value === null ? `your own ${name}` : showCommand(`${name}=${value}`)));
  const more = own.length === 0 ? '' : `, with ${own.join(', ')}`;
  throw new StillrootError(
    'manifest-refused',
    `records this command to build the tree: ${showCommand(bootstrap.command)}${more}`,
    {
      where,
      hint: 'It would run with your privileges. If you trust it, add --run; otherwise give the tree as SOURCE.',
    },
  );
}
