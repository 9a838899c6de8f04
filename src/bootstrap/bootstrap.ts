/** A command that makes a tree: what is recorded of it, and its run on a directory that is there for it only. */
import { lstatSync, readdirSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { type Choices, environmentOf, recordEnvironment, type Variables } from './environment.ts';
import { digestFiles } from './input-files.ts';
import { checkCommand, fillIn } from './placeholders.ts';
import { type ChosenPreset, choosePreset } from './presets.ts';
import { runShell } from './run-shell.ts';
import { Scratch } from './scratch.ts';
import { programOf } from './shell-words.ts';
import { askVersion } from './tool-version.ts';
import { programName, toolOf } from './tools.ts';

export interface Surroundings {
  /** The caller's environment. */
  readonly caller: Variables;
  /** Where the scratch directory is made. */
  readonly temporary: string;
}

/**
 * What a manifest says of a request: a preset or a command.
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
 * The same of a command that was recorded elsewhere: with the versions and the files of this machine.
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

/** What a request says and what is run need not be the same in a manifest of a stranger. */
function readsOf(request: string, command: string): readonly string[] {
  try {
    const chosen = presetOf(request);
    if (chosen !== undefined && chosen.preset.command(chosen.argument, chosen.setting) === command) {
      return chosen.preset.reads(chosen.argument, chosen.setting);
    }
  } catch (error) {
    // A preset of another version of stillroot: its command is all that counts.
    if (!(error instanceof StillrootError)) throw error;
  }
  return ownProgram(command);
}

/** The tool of a command and its version here; '' where it is not known how to ask. */
export function versionOf(
  command: string,
  environment: ManifestBootstrap['environment'],
  caller: Variables,
): { readonly tool: string; readonly toolVersion: string } {
  const known = toolOf(command);
  if (known === undefined) return { tool: programName(command), toolVersion: '' };
  // There is no scratch directory yet, and no program needs it to say its version.
  const places = { root: '/nonexistent', archive: '/nonexistent', scratch: '/nonexistent' };
  const env = environmentOf(environment, caller, (text) => fillIn(text, places));
  return { tool: known.name, toolVersion: askVersion(known.tool, env) };
}

/** A program that is named by its path is likely a script of the user's, which decides what is made. */
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
  /** Ends the command without waiting for what it does when it is asked to end. */
  readonly again?: AbortSignal;
  readonly onLine?: (line: string) => void;
  /** Told the last lines of a command that failed. */
  readonly onFailure?: (lastLines: readonly string[]) => void;
}

/**
 * Runs the command, gives the tree to `work`, and removes everything, whatever happens.
 *
 * @param work gets the path of a directory, or of an archive
 * @throws StillrootError `bootstrap-failed` where the command fails, makes nothing, or something of it stays
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

/** A command that succeeded and made nothing has likely written elsewhere. */
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

/** The error that ended the work is the one to tell; what stays behind is said with it. */
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
