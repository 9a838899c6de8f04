/**
 * The configuration of an image as a user gives it: the configuration of another image (config.md of the OCI image
 * specification; `skopeo inspect --config` prints it), or only its part `config`; and single values that change it.
 */
import { StillrootError } from '../../errors.ts';
import { excerpt, type Infer, object, ofShape, optional, showPlace, text } from '../../json/shape.ts';
import { type Execution, executionShape, platformShape } from './documents.ts';

export const givenConfigShape = object({
  platform: optional(platformShape),
  author: optional(text()),
  config: executionShape,
});
/** What is taken from the configuration of another image. */
export type GivenConfig = Infer<typeof givenConfigShape>;

/** Keys of a configuration that describe its own layers and build, which the new image has instead. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'created',
  'history',
  'rootfs',
  'container',
  'container_config',
  'docker_version',
  'id',
  'parent',
  'size',
  'moby.buildkit.buildinfo.v1',
  'moby.buildkit.cache.v0',
]);
const TAKEN_KEYS: ReadonlySet<string> = new Set([
  'architecture',
  'os',
  'variant',
  'os.version',
  'author',
  'config',
]);

const HINT =
  'Give the configuration of an image, as skopeo inspect --config prints it, or its part "config".';

/**
 * @param bytes the whole file
 * @param where name of the file, for messages
 * @throws StillrootError `usage` for a file that is no such configuration
 */
export function readGivenConfig(bytes: Uint8Array, where: string): GivenConfig {
  return givenConfigOf(parsed(bytes, where), where);
}

/**
 * The same for a parsed document.
 *
 * @throws StillrootError `usage`
 */
export function givenConfigOf(found: unknown, where: string): GivenConfig {
  const isWhole =
    typeof found === 'object' &&
    found !== null &&
    ['config', 'rootfs', 'architecture'].some((key) => Object.hasOwn(found, key));
  if (!isWhole) return { config: withoutNulls(ofExecution(found, where)) };
  const { architecture, os, variant, author, config, ...rest } = found as Record<string, unknown>;
  const unknown = Object.keys(rest).find((key) => !OWN_KEYS.has(key) && !TAKEN_KEYS.has(key));
  if (unknown !== undefined) throw wrong(where, `has the unknown key ${excerpt(unknown)}`);
  const platform = { os: os ?? 'linux', architecture, ...(variant === undefined ? {} : { variant }) };
  const given = {
    ...(architecture === undefined ? {} : { platform }),
    ...(author === undefined || author === null ? {} : { author }),
    config: withoutNulls(ofExecution(config ?? {}, `${where}: config`)),
  };
  return ofShape(givenConfigShape, given, ({ place, found: value, wanted }) =>
    wrong(`${where}: ${showPlace(place)}`, `found ${excerpt(value)}, wanted ${wanted}`),
  );
}

/** Values that replace or extend those of a given configuration. Lists of texts as the configuration has them. */
export interface ConfigChanges {
  readonly entrypoint?: readonly string[] | undefined;
  readonly cmd?: readonly string[] | undefined;
  readonly env?: ReadonlyMap<string, string> | undefined;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  readonly labels?: ReadonlyMap<string, string> | undefined;
  /** `PORT/PROTOCOL`. */
  readonly expose?: readonly string[] | undefined;
  readonly stopSignal?: string | undefined;
}

/**
 * A new entrypoint without new arguments drops the old arguments, which were those of another program; a Dockerfile does
 * the same. Variables and labels replace those of the same name, and come last otherwise.
 */
export function changeConfig(before: Execution, changes: ConfigChanges): Execution {
  const { entrypoint, cmd, env, user, workdir, labels, expose, stopSignal } = changes;
  const { Cmd: oldCmd, ...others } = before;
  const newCmd = cmd ?? (entrypoint === undefined ? oldCmd : undefined);
  return {
    ...others,
    ...(newCmd === undefined ? {} : { Cmd: newCmd }),
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    ...(env === undefined ? {} : { Env: replaceVariables(before.Env ?? [], env) }),
    ...(user === undefined ? {} : { User: user }),
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    ...(labels === undefined ? {} : { Labels: { ...before.Labels, ...Object.fromEntries(labels) } }),
    ...(expose === undefined
      ? {}
      : {
          ExposedPorts: { ...before.ExposedPorts, ...Object.fromEntries(expose.map((port) => [port, {}])) },
        }),
    ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
  };
}

/** New ones in the order of their names, so that the order in which they were given decides nothing. */
function replaceVariables(before: readonly string[], changes: ReadonlyMap<string, string>): string[] {
  const byName = new Map(before.map((variable) => [variable.replace(/=.*$/s, ''), variable]));
  const sorted = [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of sorted) byName.set(name, `${name}=${value}`);
  return [...byName.values()];
}

function parsed(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw wrong(where, 'is not JSON in UTF-8', cause);
  }
}

function ofExecution(value: unknown, where: string): Execution {
  return ofShape(executionShape, value, ({ place, found, wanted }) => {
    const key = showPlace(place);
    return wrong(key === '' ? where : `${where}: ${key}`, `found ${excerpt(found)}, wanted ${wanted}`);
  });
}

/** Programs written in Go write null for what is not set. */
function withoutNulls(config: Execution): Execution {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}

function wrong(where: string, what: string, cause?: unknown): StillrootError {
  return new StillrootError('usage', what, { where, hint: HINT, cause });
}
