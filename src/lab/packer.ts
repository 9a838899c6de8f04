/** What a packer is: a command that writes a tree into an archive. */
export interface Packer {
  /** Stable; on the command line and in reports. */
  readonly id: string;
  /** The origin of the recipe, and what is special about it. */
  readonly about: string;
  /** Where the recipe is published; the command is a rewording of it. */
  readonly source: string;
  /** For a POSIX shell, with placeholders as in shell.ts. Runs with SOURCE_DATE_EPOCH set. */
  readonly command: string;
  /** Extension of the archive's name. */
  readonly extension: string;
  readonly programs: readonly string[];
  /** Every owner becomes root, on purpose: that does not count as a loss. */
  readonly ownersToRoot?: boolean;
  /** Part of `--quick`. */
  readonly quick?: boolean;
}

/** Why it cannot run here. */
export function lackingPrograms(
  { programs }: Packer,
  host: { find(program: string): string | undefined },
): string | undefined {
  const absent = programs.filter((program) => host.find(program) === undefined);
  return absent.length === 0 ? undefined : `not here: ${absent.join(', ')}`;
}

/** How programs print their version, where it is not `--version`; the first line counts. */
const VERSION_COMMANDS: Readonly<Record<string, string>> = {
  busybox: 'busybox 2>&1',
  gzip: 'gzip --version',
  xargs: '',
  find: '',
  sort: '',
  touch: '',
  tr: '',
  sed: '',
  cut: '',
  mktemp: '',
  cp: '',
  date: '',
};

/** Those of a packer's programs whose versions may affect archives. */
export function versionCommands({ programs }: Packer): Map<string, string> {
  const commands = new Map<string, string>();
  for (const program of programs) {
    const command = VERSION_COMMANDS[program] ?? `${program} --version 2>&1`;
    if (command !== '') commands.set(program, command);
  }
  return commands;
}

/** The version number in a program's output; the whole first line if there is none. */
export function versionIn(text: string): string {
  const line = text.split('\n')[0]?.trim() ?? '';
  return /\bv?(\d+(?:\.\d+)+[\w.+-]*)/.exec(line)?.[1] ?? line;
}
