/** `--bootstrap`, for the verbs that have it. */
import type { Bootstrapping } from '../app/rebuild-command.ts';
import { withBootstrap } from '../bootstrap/bootstrap.ts';
import { showCommand } from '../bootstrap/shell-words.ts';
import { showText } from '../text/format.ts';
import { startProgress } from './progress.ts';
import { temporaryDirectory } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** Builds the tree, and prints as much as requested: with -v all output of the command, otherwise its last lines. */
export function bootstrapped<T>(
  run: Bootstrapping,
  args: Pick<GlobalArguments, 'progress' | 'quiet' | 'verbose'>,
  terminal: Terminal,
  { signal, again }: { readonly signal: AbortSignal; readonly again: AbortSignal },
  work: (tree: string) => Promise<T>,
): Promise<T> {
  const tell = (line: string): void => terminal.err(`  ${showText(line.trimEnd())}\n`);
  const tellAll = (lines: readonly string[]): void => {
    line?.finish();
    lines.forEach(tell);
  };
  const isTold = args.verbose > 0 && !args.quiet;
  if (isTold || (terminal.isErrTerminal && !args.quiet)) {
    terminal.err(`stillroot: running ${showCommand(run.command)}\n`);
  }
  // Between the lines of the command there would be no place for it.
  const line = isTold ? undefined : startProgress(args, terminal, `running ${run.command[0] ?? ''}`);
  return withBootstrap(
    {
      ...run,
      caller: terminal.env,
      temporary: temporaryDirectory(terminal),
      signal,
      again,
      ...(isTold ? { onLine: tell } : { onFailure: tellAll }),
    },
    (tree) => {
      line?.finish();
      return work(tree);
    },
  ).finally(() => line?.finish());
}
