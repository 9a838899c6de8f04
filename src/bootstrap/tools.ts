/** Builders whose version can be asked for: a program of which nothing is known may take any option for an order. */
import { programOf } from './shell-words.ts';

export interface Tool {
  /** Programs that decide what it makes, with what makes each of them say its version. */
  readonly versions: ReadonlyArray<readonly [program: string, ...args: string[]]>;
}

export const TOOLS: Readonly<Record<string, Tool>> = {
  // apt and dpkg of the machine do the work.
  mmdebstrap: {
    versions: [
      ['mmdebstrap', '--version'],
      ['apt-get', '--version'],
    ],
  },
  debootstrap: { versions: [['debootstrap', '--version']] },
  mkosi: { versions: [['mkosi', '--version']] },
  // It has no option for its own version.
  pacstrap: { versions: [['pacman', '--version']] },
  pacman: { versions: [['pacman', '--version']] },
  dnf: { versions: [['dnf', '--version']] },
  dnf5: { versions: [['dnf5', '--version']] },
  zypper: { versions: [['zypper', '--version']] },
  apk: { versions: [['apk', '--version']] },
};

/** The tool that a command begins with; undefined for any other program. */
export function toolOf(command: string): { readonly name: string; readonly tool: Tool } | undefined {
  const name = programName(command);
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  return tool === undefined ? undefined : { name, tool };
}

/** Name of the program without directories; '' where only a shell could tell. */
export function programName(command: string): string {
  const program = programOf(command) ?? '';
  return program.slice(program.lastIndexOf('/') + 1);
}

/** The first that looks like a version in what a program says of itself. */
export function versionIn(said: string): string | undefined {
  return /(?<![\w.])v?(\d+(?:[.+~:-]?[A-Za-z0-9]+)*)/.exec(said)?.[1];
}
