import { StillrootError } from '../errors.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import type { Source, Warning } from '../source/source.ts';
import { showPath } from '../tree/path.ts';

/**
 * Variables in which image builders pass the root directory, in order of precedence: mkosi, debos, vmdb2, Buildroot,
 * OpenEmbedded. mmdebstrap and plain scripts pass it as an argument.
 */
export const ROOT_VARIABLES: readonly string[] = [
  'BUILDROOT',
  'ROOTDIR',
  'ROOT',
  'TARGET_DIR',
  'IMAGE_ROOTFS',
];

/**
 * A directory to finalize, or a statement that there is nothing to do: mkosi 14 also runs its script on the build
 * image.
 */
export type BuilderRoot =
  /** `variable` is the one that named it; undefined if an argument did. */
  { readonly path: string; readonly variable?: string } | { readonly skip: string };

/**
 * @param argument as given on the command line
 * @throws usage, source-refused
 */
export function builderRoot(
  argument: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): BuilderRoot {
  const variable = ROOT_VARIABLES.find((name) => env[name] !== undefined);
  const isVerb = variable === 'BUILDROOT' && (argument === 'final' || argument === 'build');
  if (isVerb && argument === 'build') {
    return { skip: 'the builder runs its build step (argument "build"); there is no image yet' };
  }
  if (argument !== undefined && !isVerb) return { path: argument };
  if (variable === undefined) {
    throw new StillrootError('usage', 'no root directory was given', {
      hint: `Name one, or run finalize from a builder that sets $${ROOT_VARIABLES.join(', $')}.`,
    });
  }
  const path = env[variable] ?? '';
  if (path !== '') return { path, variable };
  throw new StillrootError('source-refused', 'is set but empty', {
    where: `$${variable}`,
    hint: 'The builder should set it to the root directory.',
  });
}

/** A builder, and which parts of its trees are settings written by the author of the image. */
interface Builder {
  /** The variable by which the builder names the root directory; see builder-root.ts. */
  readonly variable: string;
  readonly name: string;
  readonly choices: Readonly<Record<string, string>>;
}

/**
 * mkosi copies nothing from the machine it runs on: Hostname= and MachineId= are settings of the image (without the
 * latter it writes `uninitialized`), and an etc/resolv.conf is one of the author's files. The other builders run
 * debootstrap or share their variable with programs of all kinds; their hooks say what they need.
 */
const BUILDERS: readonly Builder[] = [
  {
    variable: 'BUILDROOT',
    name: 'mkosi',
    choices: { hostname: 'keep', 'machine-id': 'keep', 'resolv-conf': 'keep' },
  },
];

/**
 * Policies that the calling builder requires, unless the user chose otherwise.
 *
 * @param variable that named the root directory; undefined where an argument did
 */
export function builderPolicies(variable: string | undefined): PolicyChoice[] {
  const builder = BUILDERS.find((each) => each.variable === variable);
  if (builder === undefined) return [];
  return Object.entries(builder.choices).map(([name, value]) => ({ name, value, where: builder.name }));
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration with which mmdebstrap calls apt-get on the tree. mmdebstrap needs it again after its hooks: without
 * it, apt-get cleans the lists and caches of the host.
 */
const APT_CONFIGURATION = 'tmp/mmdebstrap.apt.conf.';
/** Rules that drop that file, and what mmdebstrap must find and removes itself. It also empties tmp itself. */
const LEFT_TO_MMDEBSTRAP: readonly string[] = ['common/tmp', 'dpkg/bootstrap-configuration'];

/** Rules that must not be applied to the tree yet, since the builder continues to work on it. */
export function rulesForLater(env: Environment): readonly string[] {
  return isHook(env) ? LEFT_TO_MMDEBSTRAP : [];
}

/**
 * What mmdebstrap itself has put in place for its hooks and removes after them: its mounts, and what keeps packages from
 * starting services.
 */
const STATE_OF_MMDEBSTRAP: readonly { readonly code: string; readonly path: RegExp }[] = [
  { code: 'mount-point', path: /^(?:dev|proc|run|sys)(?:\/|$)/ },
  {
    code: 'rule-report',
    path: /^(?:usr\/sbin\/policy-rc\.d|(?:usr\/)?sbin\/(?:initctl|start-stop-daemon)\.(?:REAL|distrib))$/,
  },
];

/** mkosi 14 mounts file systems in memory there while its scripts run. */
const STATE_OF_MKOSI: typeof STATE_OF_MMDEBSTRAP = [{ code: 'mount-point', path: /^(?:run|tmp)$/ }];

/**
 * Whether a warning is about the builder's own state, about which nobody can or needs to do anything.
 *
 * @param root path of the tree, as the builder gave it
 */
export function isStateOfBuilder({ code, path }: Warning, root: string, env: Environment): boolean {
  const states = [
    ...(isHook(env) ? STATE_OF_MMDEBSTRAP : []),
    ...(env.BUILDROOT === root ? STATE_OF_MKOSI : []),
  ];
  return states.some((state) => state.code === code && state.path.test(path));
}

/** @throws source-refused where mmdebstrap is working on the tree and did not call this program */
export function refuseBusyTree({ name, tree }: Source, env: Environment): void {
  if (isHook(env)) return;
  const found = tree.entries.find(({ path }) => path.startsWith(APT_CONFIGURATION));
  if (found === undefined) return;
  throw new StillrootError('source-refused', 'mmdebstrap is still working on this tree, or was interrupted', {
    where: `${name}/${showPath(found.path)}`,
    hint: 'Wait until it has finished, or run stillroot from a --customize-hook, where $MMDEBSTRAP_MODE is set. After an interrupted run, remove the file.',
  });
}

/** mmdebstrap sets it for all its hooks. */
function isHook(env: Environment): boolean {
  return env.MMDEBSTRAP_MODE !== undefined;
}
