/** How one run is set up: where and how the tree is created, and in which environment the packer is started. */
import type { Environment } from './command.ts';
import type { FilesystemName } from './filesystem.ts';
import { quoteWords } from './shell.ts';
import { type MakeOptions, PLAIN } from './tree-maker.ts';

/** Wraps a command in another; those with a lower depth are further outside. */
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

/** What runs alongside the packer. */
export type Company = 'none' | 'load' | 'twin' | 'stops';

export interface TreeSetup {
  place: FilesystemName;
  make: MakeOptions;
  /** Directories that contain the tree, below the root of its filesystem. */
  parents: string[];
  movingAccessTimes: boolean;
  otherDevice: boolean;
  readOnly: boolean;
  /** Shell scripts that run in the root of the tree as soon as it is created. */
  afterwards: string[];
}

export interface RunSetup {
  /** Undefined removes a variable. */
  env: Record<string, string | undefined>;
  /** Start from an empty environment, with only the variables above. */
  emptyEnvironment: boolean;
  wrappers: Wrapper[];
  /** Command that takes a script as its last argument. */
  shell: readonly string[];
  cwd: 'scratch' | 'root' | 'tree';
  /** How the path of the tree is spelled. */
  spelling: 'absolute' | 'relative' | 'slash' | 'link';
  /** Name and directory of the archive. */
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
  /** Whether the tree differs from that of the control, so that it has to be created. */
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

/** The command line that runs a script in this environment. */
export function commandLine({ wrappers, shell }: RunSetup, script: string): readonly string[] {
  const innermostFirst = wrappers.toSorted((a, b) => b.depth - a.depth);
  return innermostFirst.reduce((inner, { wrap }) => wrap(inner), [...shell, script] as readonly string[]);
}

/** Without these no packer can be found or know the date. */
const ALWAYS = ['PATH', 'SOURCE_DATE_EPOCH'];

/** The environment in which a packer runs: only named variables. */
export function environmentOf({ env, emptyEnvironment }: RunSetup): Environment {
  const named = Object.entries(env).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && (!emptyEnvironment || ALWAYS.includes(pair[0])),
  );
  return Object.fromEntries(named);
}

/** For a report: what to type to repeat the run. */
export function describeCommand(setup: RunSetup, control: RunSetup, script: string): string {
  const now = environmentOf(setup);
  const before = environmentOf(control);
  const set = Object.entries(now).filter(([name, value]) => before[name] !== value);
  const unset = Object.keys(before).filter((name) => now[name] === undefined);
  const words = [...unset.flatMap((name) => ['-u', name]), ...set.map(([name, value]) => `${name}=${value}`)];
  return `${words.length === 0 ? '' : `env ${quoteWords(words)} `}${quoteWords(commandLine(setup, script))}`;
}
