/** A command that builds a tree: what is recorded about it, and how it runs in a directory created only for it. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { StillrootError } from '../errors.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { scanDirectory } from '../source/directory.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { pathFromText, showPath } from '../tree/path.ts';
import { type ChosenPreset, choosePreset, programName, type Tool, toolOf, versionIn } from './builders.ts';
import { type Choices, environmentOf, recordEnvironment, type Variables } from './environment.ts';
import { checkCommand, fillIn } from './placeholders.ts';
import { runShell } from './run-shell.ts';
import { Scratch } from './scratch.ts';
import { programOf } from './shell-words.ts';

export interface Surroundings {
  /** The caller's environment. */
  readonly caller: Variables;
  /** Where the scratch directory is created. */
  readonly temporary: string;
}

/**
 * What a manifest says about a request: a preset or a command.
 *
 * @throws StillrootError `usage`; `bootstrap-failed` where the tool or a file that it reads is missing
 */
export function recordBootstrap(
  request: string,
  epoch: number,
  choices: Choices,
  { caller }: Pick<Surroundings, 'caller'>,
): ManifestBootstrap {
  const chosen = presetOf(request);
  const command = chosen === undefined ? request : chosen.preset.command(chosen.argument, chosen.setting);
  checkCommand(command, OPTION);
  const environment = recordEnvironment(epoch, choices);
  return describe({ request, command, environment }, caller);
}

const OPTION = '--bootstrap';

function presetOf(request: string): ChosenPreset | undefined {
  return /\{(root|archive)\}/.test(request) ? undefined : choosePreset(request, OPTION);
}

/**
 * The same for a command that was recorded elsewhere: with the versions and files of this machine.
 *
 * @throws StillrootError `bootstrap-failed` where the tool or a file that it reads is missing
 */
export function describeBootstrap(recorded: ManifestBootstrap, caller: Variables): ManifestBootstrap {
  const { request, command, environment } = recorded;
  return describe({ request, command, environment }, caller);
}

function describe(
  asked: Pick<ManifestBootstrap, 'request' | 'command' | 'environment'>,
  caller: Variables,
): ManifestBootstrap {
  const { request, command, environment } = asked;
  const files = digestFiles(readsOf(request, command));
  return {
    request,
    command,
    ...versionOf(command, environment, caller),
    environment,
    ...(Object.keys(files).length === 0 ? {} : { files }),
  };
}

/** In an untrusted manifest the request and the command that is run may differ. */
function readsOf(request: string, command: string): readonly string[] {
  try {
    const chosen = presetOf(request);
    if (chosen !== undefined && chosen.preset.command(chosen.argument, chosen.setting) === command) {
      return chosen.preset.reads(chosen.argument, chosen.setting);
    }
  } catch (error) {
    // A preset of another version of stillroot: only its command matters.
    if (!(error instanceof StillrootError)) throw error;
  }
  return ownProgram(command);
}

/** The tool of a command and its version on this machine; '' if it is unknown how to ask for that. */
export function versionOf(
  command: string,
  environment: ManifestBootstrap['environment'],
  caller: Variables,
): { readonly tool: string; readonly toolVersion: string } {
  const known = toolOf(command);
  if (known === undefined) return { tool: programName(command), toolVersion: '' };
  // There is no scratch directory yet, and no program needs it to print its version.
  const places = { root: '/nonexistent', archive: '/nonexistent', scratch: '/nonexistent' };
  const env = environmentOf(environment, caller, (text) => fillIn(text, places));
  return { tool: known.name, toolVersion: askVersion(known.tool, env) };
}

/** A program given by its path is probably the user's script, which determines the result. */
function ownProgram(command: string): string[] {
  const program = programOf(command);
  if (program === undefined || !program.includes('/') || /^\/(usr|bin|sbin)\//.test(program)) return [];
  return lstatSync(program, { throwIfNoEntry: false })?.isFile() ? [program] : [];
}

export interface BootstrapRun extends Surroundings {
  readonly command: string;
  readonly environment: ManifestBootstrap['environment'];
  /** For the scratch directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Kills the command without waiting for it to terminate by itself. */
  readonly again?: AbortSignal;
  readonly onLine?: (line: string) => void;
  /** Called with the last lines of a command that failed. */
  readonly onFailure?: (lastLines: readonly string[]) => void;
}

/**
 * Runs the command, passes the tree to `work`, and removes everything in every case.
 *
 * @param work receives the path of a directory, or of an archive
 * @throws StillrootError `bootstrap-failed` where the command fails, produces nothing, or cannot be cleaned up
 */
export async function withBootstrap<T>(run: BootstrapRun, work: (tree: string) => Promise<T>): Promise<T> {
  const made = checkCommand(run.command, 'bootstrap');
  const scratch = new Scratch(run.temporary);
  let result: T;
  try {
    scratch.write(run.files ?? {});
    await runCommand(run, scratch);
    scratch.unmount();
    run.signal?.throwIfAborted();
    const tree = scratch.places[made];
    refuseNothing(tree, made);
    result = await work(tree);
  } catch (error) {
    removeAfter(error, scratch);
    throw error;
  }
  scratch.remove();
  return result;
}

async function runCommand(run: BootstrapRun, { places }: Scratch): Promise<void> {
  const fill = (text: string): string => fillIn(text, places);
  const { how, lastLines } = await runShell(fill(run.command), {
    env: environmentOf(run.environment, run.caller, fill),
    ...(run.signal === undefined ? {} : { signal: run.signal }),
    ...(run.again === undefined ? {} : { again: run.again }),
    ...(run.onLine === undefined ? {} : { onLine: run.onLine }),
  });
  if (how === 0) return;
  run.onFailure?.(lastLines);
  throw new StillrootError('bootstrap-failed', `the command ended with ${how}`, {
    where: programName(run.command) || 'bootstrap',
    hint: 'Nothing was written. -v shows the output of the command.',
  });
}

/** A command that succeeded but produced nothing has probably written elsewhere. */
function refuseNothing(tree: string, made: 'root' | 'archive'): void {
  const stats = lstatSync(tree, { throwIfNoEntry: false });
  const isMade =
    made === 'archive'
      ? stats?.isFile() && stats.size > 0
      : stats?.isDirectory() && readdirSync(tree).length > 0;
  if (isMade) return;
  throw new StillrootError('bootstrap-failed', `the command made nothing in {${made}}`, {
    hint: made === 'archive' ? 'It must write a file there.' : 'It must fill the directory.',
  });
}

/** Reports the error that ended the work, along with what could not be removed. */
function removeAfter(error: unknown, scratch: Scratch): void {
  try {
    scratch.remove();
  } catch (second) {
    if (error instanceof StillrootError && second instanceof StillrootError) {
      const what = `${error.message.replace(/[.]$/, '')}; then: ${second.message}`;
      throw new StillrootError(error.code, what, { cause: error });
    }
    throw new AggregateError([error, second], `${String(error)}; then: ${String(second)}`);
  }
}

// The user's files that a builder reads: they determine the tree, and a manifest can only name them.

/**
 * Maximum number of files and links in a directory. One for mkosi has some ten; more than this is not a configuration.
 */
const MAX_FILES = 20_000;
/** Maximum bytes of all of them together, 1 GiB: a directory for mkosi may hold packages and kernels. */
const MAX_BYTES = 1024 ** 3;
const PIECE_BYTES = 1024 * 1024;

/** What mkosi and version control write into the directory by default. */
const NOT_READ: ReadonlySet<string> = new Set([
  '.git',
  'mkosi.output',
  'mkosi.cache',
  'mkosi.builddir',
  'mkosi.workspace',
  'mkosi.pkgcache',
  'mkosi.tools',
]);

/**
 * Digests of files, and of all files in directories: maps the path inside the directory, or the name of the file, to
 * `sha256:HEX`. Symlinks are not followed: their digest is that of the target path.
 *
 * @throws StillrootError where one cannot be read, or a directory holds too much
 */
export function digestFiles(paths: readonly string[]): Record<string, string> {
  const digests = new Map<string, string>();
  for (const path of paths) {
    if (kindOf(path) === 'directory') digestDirectory(path, digests);
    else digests.set(showPath(pathFromText(basename(path))), sha256(readFileSync(path)));
  }
  return Object.fromEntries([...digests].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function kindOf(path: string): 'directory' | 'file' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return 'directory';
  if (stats?.isFile() && stats.size <= MAX_BYTES) return 'file';
  throw new StillrootError(
    'bootstrap-failed',
    stats === undefined
      ? 'no such file or directory'
      : 'is neither a directory nor a file small enough to read',
    { where: path, hint: 'The command reads it, so its digest has to be recorded.' },
  );
}

function digestDirectory(path: string, digests: Map<string, string>): void {
  const source = scanDirectory(path);
  try {
    const entries = source.tree.entries.filter(
      (entry) =>
        (entry.type === 'file' || entry.type === 'symlink') &&
        !NOT_READ.has(entry.path.split('/')[0] as string),
    );
    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    if (entries.length > MAX_FILES || bytes > MAX_BYTES) {
      const found = `holds ${entries.length} ${entries.length === 1 ? 'file' : 'files'} of ${bytes} bytes`;
      throw new StillrootError('bootstrap-failed', `${found}, wanted at most ${MAX_FILES} of ${MAX_BYTES}`, {
        where: path,
        hint: 'Their digests are recorded; keep only configuration files in the directory.',
      });
    }
    for (const entry of entries) digests.set(showPath(entry.path), digestOf(source, entry));
  } finally {
    source.close();
  }
}

function digestOf(source: Source, entry: Entry): string {
  if (entry.type === 'symlink') return sha256(Buffer.from(entry.target, 'latin1'));
  const hash = createHash('sha256');
  const file = source.open(entry);
  try {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, entry.size + 1));
    for (let count = file.read(piece); count > 0; count = file.read(piece)) {
      hash.update(piece.subarray(0, count));
    }
    file.verify();
  } finally {
    file.close();
  }
  return `sha256:${hash.digest('hex')}`;
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A program that does not answer within this time has misunderstood the option. */
const MAX_MILLISECONDS = 20_000;

/**
 * Version of a tool, with those of other programs that affect its result in parentheses: `1.3.5 (apt-get 2.6.1)`.
 *
 * @throws StillrootError `bootstrap-failed` where the program is missing
 */
export function askVersion({ versions }: Tool, env: Readonly<Record<string, string>>): string {
  const [own = '', ...others] = versions.map(([program, ...args], i) => {
    const { error, stdout, stderr } = spawnSync(program, args, {
      env,
      encoding: 'utf8',
      timeout: MAX_MILLISECONDS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
      throw new StillrootError('bootstrap-failed', `no such program in ${env.PATH}`, {
        where: program,
        hint: 'Install it, or give its location with --bootstrap-env PATH=... or as a path in the command.',
        cause: error,
      });
    }
    const version = versionIn(stdout ?? '') ?? versionIn(stderr ?? '') ?? '';
    return i === 0 ? version : `${program} ${version}`.trim();
  });
  return others.length === 0 ? own : `${own} (${others.join(', ')})`;
}
