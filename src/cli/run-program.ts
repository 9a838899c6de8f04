/** The door of the programs: what parses words is loaded only for calls that need it. */
import { reported } from './failures.ts';
import type { Terminal } from './terminal.ts';
import type { Program } from './verb.ts';
import { answerVersion } from './version.ts';

/**
 * Runs one command line and returns its exit status.
 *
 * @param argv without the names of node and script
 * @param unguarded where output goes after it has been made printable
 */
export async function runProgram(
  program: Program,
  argv: readonly string[],
  unguarded: Terminal,
): Promise<number> {
  const status = await answerVersion(argv, program.isSingle, unguarded);
  if (status !== undefined) return status;
  const words = withoutEndOfOptions(argv);
  return reported(words, unguarded, async (terminal) => {
    const { CommandLine } = await import('./command-line.ts');
    return new CommandLine(program, words, terminal).run();
  });
}

/**
 * What follows `--` is an argument, even if it begins with a dash. Such words get a directory in front, as every argument is
 * a path where that matters, and programs that receive it do not take it for an option either.
 */
function withoutEndOfOptions(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  if (end === -1) return argv;
  const after = argv.slice(end + 1);
  return [...argv.slice(0, end), ...after.map((word) => (/^-./.test(word) ? `./${word}` : word))];
}
