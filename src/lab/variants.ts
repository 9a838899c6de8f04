/**
 * Other versions of the programs that packers run: a second one installed on this machine, or those in a directory that
 * the user names. A tool counts if a different file is found that reports a different version; two builds of one
 * version cannot be distinguished.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HAS_OWN_NODE } from '../system/entry-points.ts';
import { runCommand } from './command.ts';
import type { Packer } from './packer.ts';
import { hasBlank, quoteWord } from './shell.ts';

interface ToolVersion {
  /** Absolute path. */
  readonly file: string;
  /** The first line of its version output. */
  readonly version: string;
}

export interface OtherTool {
  readonly program: string;
  readonly usual: ToolVersion;
  readonly other: ToolVersion;
}

export interface Lacking {
  readonly lacking: string;
}

export interface OtherTools {
  /** To put first in PATH. */
  readonly directory: string;
  readonly tools: readonly OtherTool[];
}

export interface Variants {
  /** Another Node supported by stillroot. */
  readonly node: ToolVersion | Lacking;
  /** From a directory that is later in PATH. */
  readonly installed: OtherTools | Lacking;
  /** From the directory that the user names. */
  readonly named: OtherTools | Lacking;
}

/** Why neither another Node nor other options of it can be tried; undefined where they can. */
export const WITHOUT_NODES: string | undefined = HAS_OWN_NODE
  ? 'needs stillroot as the npm package: Node is part of this program'
  : undefined;

export const NO_VARIANTS: Variants = {
  node: { lacking: 'not looked for' },
  installed: { lacking: 'not looked for' },
  named: { lacking: 'not looked for' },
};

interface VariantOptions {
  /** PATH of every command. */
  readonly path: string;
  readonly packers: readonly Packer[];
  /** Absolute path of the user's directory; undefined if none is named. */
  readonly directory: string | undefined;
}

/** Milliseconds for a program to print its version. */
const TIMEOUT = 10_000;

/** Other versions of the packers' tools in the given directory, each tried once. */
export async function findVariants(options: VariantOptions): Promise<Variants> {
  const { path, packers, directory } = options;
  const directories = path.split(delimiter);
  const programs = [...new Set(packers.flatMap(calledPrograms))];
  return {
    node: await findNode(path, [...(directory === undefined ? [] : [directory]), ...directories]),
    installed: await findInstalled(programs, path, directories),
    named:
      directory === undefined
        ? { lacking: 'needs --variant-path' }
        : await findTools(programs, path, directories, directory),
  };
}

/** Programs whose other versions affect a packer; for a user's packer, the words of its command. */
export function calledPrograms({ programs, command }: Packer): readonly string[] {
  // The program in question is Node, which has its own dimension.
  if (programs.length > 0 || hasBlank(command, 'stillroot')) return programs;
  return [...new Set(command.replaceAll(/\{\w+\}/g, ' ').match(WORD) ?? [])];
}

/** A possible program name that is not part of a path. */
const WORD = /(?<![\w./+-])[\w.+-]+(?![\w./+-])/g;

/** Whether a packer calls one of the tools that a variant replaces. */
export function concerns(found: OtherTools | Lacking, packer: Packer): boolean {
  if ('lacking' in found) return false;
  const called = calledPrograms(packer);
  return found.tools.some(({ program }) => called.includes(program));
}

/** For a POSIX shell: a command that makes a program print its version. */
export function versionScript(program: string, file: string): string {
  // busybox has no option for it, but prints it when called without arguments.
  return `${quoteWord(file)}${program === 'busybox' ? '' : ' --version'} 2>&1 | head -n 1`;
}

/** As in `engines` of package.json: 22.20 and newer of 22, 24.12 and newer of 24, and from 25 on. */
export function isSupportedNode(version: string): boolean {
  const [, major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return major >= 25 || (major === 24 && minor >= 12) || (major === 22 && minor >= 20);
}

async function findNode(path: string, directories: readonly string[]): Promise<Variants['node']> {
  if (WITHOUT_NODES !== undefined) return { lacking: WITHOUT_NODES };
  const seen = new Set<string>();
  for (const directory of directories) {
    const file = findProgram([directory], 'node');
    if (file === undefined || realpathSync(file) === realpathSync(process.execPath)) continue;
    const version = await versionOf('node', file, path);
    if (version !== process.version && isSupportedNode(version)) return { file, version };
    if (version !== '') seen.add(version);
  }
  const others = seen.size === 0 ? 'there is none' : `there is ${[...seen].join(', ')}`;
  return { lacking: `needs a second Node that stillroot runs on, in PATH or --variant-path; ${others}` };
}

/** The directory in PATH that has other versions of the most programs. */
async function findInstalled(
  programs: readonly string[],
  path: string,
  directories: readonly string[],
): Promise<OtherTools | Lacking> {
  const found: OtherTools[] = [];
  for (const directory of directories) {
    const tools = await findTools(programs, path, directories, directory);
    if (!('lacking' in tools)) found.push(tools);
  }
  found.sort((a, b) => b.tools.length - a.tools.length);
  return found[0] ?? { lacking: 'no tool of these packers is in PATH in two versions' };
}

async function findTools(
  programs: readonly string[],
  path: string,
  directories: readonly string[],
  directory: string,
): Promise<OtherTools | Lacking> {
  const tools: OtherTool[] = [];
  const same: string[] = [];
  for (const program of programs) {
    const file = findProgram([directory], program);
    const usualFile = findProgram(directories, program);
    if (file === undefined || usualFile === undefined) continue;
    if (realpathSync(file) === realpathSync(usualFile)) continue;
    const other = { file, version: await versionOf(program, file, path) };
    const usual = { file: usualFile, version: await versionOf(program, usualFile, path) };
    if (other.version !== '' && usual.version !== '' && other.version !== usual.version) {
      tools.push({ program, usual, other });
    } else same.push(program);
  }
  if (tools.length > 0) return { directory, tools };
  return {
    lacking:
      same.length === 0
        ? 'no other tool of these packers is in the directory of --variant-path'
        : `what is in the directory of --variant-path says no other version: ${same.join(', ')}`,
  };
}

/** '' if it prints nothing. */
async function versionOf(program: string, file: string, path: string): Promise<string> {
  const env = { PATH: path, LC_ALL: 'C.UTF-8' };
  const { stdout } = await runCommand(['sh', '-c', versionScript(program, file)], { env, timeout: TIMEOUT });
  // Some begin with the name they were called by, which is not part of the version.
  return stdout.trim().replaceAll(file, program);
}

// Finding programs in PATH.

/** The first executable, in the order of the directories. */
export function findProgram(directories: readonly string[], program: string): string | undefined {
  for (const directory of directories) {
    const file = join(directory, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here; the next directory may have it.
    }
  }
  return undefined;
}
