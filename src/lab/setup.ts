/** How one run is set up: where and how the tree is made, and in what surroundings the packer is started. */
import type { Environment } from './command.ts';
import type { FilesystemName } from './filesystem.ts';
import { quoteWords } from './shell.ts';
import { type MakeOptions, PLAIN } from './tree-maker.ts';

/** Wraps a command in another; those of a lower depth are further outside. */
export interface Wrapper {
  readonly depth: number;
  readonly wrap: (argv: readonly string[]) => readonly string[];
}

/** New namespaces come first, since only root can make them. */
export const DEPTH = {
  namespace: 0,
  mount: 1,
  session: 2,
  limit: 3,
  personality: 4,
  descriptor: 5,
  user: 6,
  clock: 7,
} as const;

/** A wrapper that puts words before the command. */
export function prefix(depth: number, ...argv: string[]): Wrapper {
  return { depth, wrap: (inner) => [...argv, ...inner] };
}

/** A shell script that ends in `exec "$@"`, with the command as its arguments. */
export function scripted(depth: number, script: string): Wrapper {
  return prefix(depth, 'sh', '-c', `${script} && exec "$@"`, 'sh');
}

/** What goes on beside the packer. */
export type Company = 'none' | 'load' | 'twin' | 'stops';

export interface TreeSetup {
  place: FilesystemName;
  make: MakeOptions;
  /** Directories that the tree lies in, below the root of its filesystem. */
  parents: string[];
  movingAccessTimes: boolean;
  otherDevice: boolean;
  readOnly: boolean;
  /** Shell scripts that run as soon as the tree is made, in its root. */
  afterwards: string[];
}

export interface RunSetup {
  /** Undefined takes a variable away. */
  env: Record<string, string | undefined>;
  /** Nothing but what is named above. */
  emptyEnvironment: boolean;
  wrappers: Wrapper[];
  /** Takes a script as its last argument. */
  shell: readonly string[];
  cwd: 'scratch' | 'root' | 'tree';
  /** How the path of the tree is spelled. */
  spelling: 'absolute' | 'relative' | 'slash' | 'link';
  /** How the archive is named, and in which directory. */
  output: 'usual' | 'elsewhere';
  threads: number;
  /** Path of the Node that stillroot runs on. */
  node: string;
  nodeFlags: readonly string[];
  company: Company;
}

export interface Setup {
  readonly tree: TreeSetup;
  readonly run: RunSetup;
  /** Whether the tree differs from that of the control, so that it has to be made. */
  ownTree: boolean;
}

interface Defaults {
  readonly place: FilesystemName;
  readonly shell: readonly string[];
  readonly threads: number;
  readonly env: Environment;
}

/** Nothing varied: what every other run is compared with. */
export function controlSetup({ place, shell, threads, env }: Defaults): Setup {
  return {
    tree: {
      place,
      make: PLAIN,
      parents: [],
      movingAccessTimes: false,
      otherDevice: false,
      readOnly: false,
      afterwards: [],
    },
    run: {
      env: { ...env },
      emptyEnvironment: false,
      wrappers: [],
      shell,
      cwd: 'scratch',
      spelling: 'absolute',
      output: 'usual',
      threads,
      node: process.execPath,
      nodeFlags: [],
      company: 'none',
    },
    ownTree: false,
  };
}

/** The command line that runs a script in these surroundings. */
export function commandLine({ wrappers, shell }: RunSetup, script: string): readonly string[] {
  const innermostFirst = wrappers.toSorted((a, b) => b.depth - a.depth);
  return innermostFirst.reduce((inner, { wrap }) => wrap(inner), [...shell, script] as readonly string[]);
}

/** Without these no packer can be found or knows the date. */
const ALWAYS = ['PATH', 'SOURCE_DATE_EPOCH'];

/** The environment in which a packer runs, named variables only. */
export function environmentOf({ env, emptyEnvironment }: RunSetup): Environment {
  const named = Object.entries(env).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && (!emptyEnvironment || ALWAYS.includes(pair[0])),
  );
  return Object.fromEntries(named);
}

/** For a report: what to type to do it again. */
export function describeCommand(setup: RunSetup, control: RunSetup, script: string): string {
  const now = environmentOf(setup);
  const before = environmentOf(control);
  const set = Object.entries(now).filter(([name, value]) => before[name] !== value);
  const unset = Object.keys(before).filter((name) => now[name] === undefined);
  const words = [...unset.flatMap((name) => ['-u', name]), ...set.map(([name, value]) => `${name}=${value}`)];
  return `${words.length === 0 ? '' : `env ${quoteWords(words)} `}${quoteWords(commandLine(setup, script))}`;
}
