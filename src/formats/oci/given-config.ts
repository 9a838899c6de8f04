/**
 * The configuration of an image as a user gives it: the configuration of another image (config.md of the OCI image
 * specification; `skopeo inspect --config` prints it), or only its part `config`; and single values that change it.
 */
import { StillrootError } from '../../errors.ts';
import { duplicateKey } from '../../json/json-size.ts';
import { parseJson } from '../../json/parse-json.ts';
import { excerpt, type Infer, object, ofShape, optional, showPlace, text } from '../../json/shape.ts';
import { exposedPort, isAbsolutePath, isSignal, isVariable } from './config-values.ts';
import { EXECUTION_KEYS, type Execution, executionShape, platformShape } from './documents.ts';

export const givenConfigShape = object({
  platform: optional(platformShape),
  author: optional(text()),
  config: executionShape,
});
/** What is taken from the configuration of another image. */
export type GivenConfig = Infer<typeof givenConfigShape>;

/** Keys that tell a whole configuration from its part `config`. */
const WHOLE_KEYS = ['config', 'rootfs', 'architecture'];
/** A file without any of them is something else, such as what `docker inspect` prints. */
const KNOWN_KEYS = [...WHOLE_KEYS, ...EXECUTION_KEYS, 'Healthcheck'];

const HINT =
  'Give the configuration of an image, as skopeo inspect --config prints it, or its part "config".';
/** A configuration is six levels deep; one with 127 layers has a thousand values. */
const MOST = { depth: 64, values: 200_000 };

/**
 * @param bytes the whole file
 * @param where name of the file, for messages
 * @throws StillrootError `usage` for a file that is no such configuration, or has a value that no program could use
 */
export function readGivenConfig(bytes: Uint8Array, where: string): GivenConfig {
  const found = parsed(bytes, where);
  if (isObject(found) && !KNOWN_KEYS.some((key) => Object.hasOwn(found, key))) {
    const [first] = Object.keys(found);
    if (first !== undefined) throw wrong(where, `has the key ${excerpt(first)}, and none of a configuration`);
  }
  const given = givenConfigOf(found, where);
  requireUsable(given, where);
  return given;
}

/**
 * The same for a parsed document. What the configuration says of its own layers and their build is not taken, nor are
 * other keys: "any extra fields are considered implementation specific and MUST NOT generate an error" (config.md). Within
 * `config`, keys that are not known are kept: Docker reads more of them than OCI specifies.
 *
 * @throws StillrootError `usage`
 */
export function givenConfigOf(found: unknown, where: string): GivenConfig {
  if (!isObject(found) || !WHOLE_KEYS.some((key) => Object.hasOwn(found, key))) {
    return { config: withoutNulls(ofExecution(found, where)) };
  }
  const { architecture, os, variant, author, config } = found;
  const given = {
    // Images made of files that run anywhere have an empty one.
    ...(isSet(architecture)
      ? {
          platform: withoutNulls({
            ...{ os: isSet(os) ? os : 'linux', architecture, variant },
            ...{ 'os.version': found['os.version'], 'os.features': found['os.features'] },
          }),
        }
      : {}),
    ...withoutNulls({ author }),
    config: withoutNulls(ofExecution(config ?? {}, `${where}: config`)),
  };
  return ofShape(givenConfigShape, given, ({ place, found: value, wanted }) =>
    wrong(`${where}: ${showPlace(place)}`, `found ${excerpt(value)}, wanted ${wanted}`),
  );
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Fails for what no program could use. An image that is the source is not checked: others wrote it, and run it. */
function requireUsable({ config }: GivenConfig, where: string): void {
  const { Env, ExposedPorts, WorkingDir, StopSignal } = config;
  const fail = (place: string, found: string, wanted: string): never => {
    throw wrong(`${where}: ${place}`, `found ${excerpt(found)}, wanted ${wanted}`);
  };
  for (const [at, text] of (Env ?? []).entries())
    if (!isVariable(text)) fail(`Env[${at}]`, text, 'NAME=VALUE');
  for (const port of Object.keys(ExposedPorts ?? {})) {
    if (exposedPort(port) === undefined) fail('ExposedPorts', port, 'PORT/PROTOCOL, such as "80/tcp"');
  }
  // Programs written in Go write an empty text for what is not set.
  if (WorkingDir && !isAbsolutePath(WorkingDir)) fail('WorkingDir', WorkingDir, 'an absolute path');
  if (StopSignal && !isSignal(StopSignal)) fail('StopSignal', StopSignal, 'a signal, such as "SIGINT"');
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
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw wrong(where, 'is not JSON in UTF-8', cause);
  }
  const found = parseJson(text, MOST, (_kind, what, cause) => wrong(where, what, cause));
  const twice = duplicateKey(text);
  if (twice !== undefined) throw wrong(where, `has the key ${excerpt(twice)} twice in one object`);
  // A value of JSON can hold half a pair of surrogates, and UTF-8 cannot.
  if (/\\u[dD][89a-fA-F]/.test(text)) requireCharacters(found, where);
  return found;
}

function requireCharacters(value: unknown, where: string): void {
  if (typeof value === 'string' && /\p{Cs}/u.test(value)) {
    throw wrong(
      where,
      `has ${excerpt(value)}, which is no text: half of a pair of surrogates is no character`,
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const each of [...Object.keys(value), ...Object.values(value)]) requireCharacters(each, where);
}

function ofExecution(value: unknown, where: string): Execution {
  return ofShape(executionShape, value, ({ place, found, wanted }) => {
    const key = showPlace(place);
    return wrong(key === '' ? where : `${where}: ${key}`, `found ${excerpt(found)}, wanted ${wanted}`);
  });
}

/** Programs written in Go write null for what is not set. */
function withoutNulls<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(where: string, what: string, cause?: unknown): StillrootError {
  return new StillrootError('usage', what, { where, hint: HINT, cause });
}
