/** `--bootstrap`, for the verbs that have it. */
import { recordBootstrap, withBootstrap } from '../bootstrap/bootstrap.ts';
import { parseChoices } from '../bootstrap/environment.ts';
import { PRESETS } from '../bootstrap/presets.ts';
import { showCommand } from '../bootstrap/show-command.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { DEFAULT_SPOOL_DIRECTORY } from '../source/spool.ts';
import type { GlobalArguments } from './arguments.ts';
import type { OptionTable } from './options.ts';
import type { Terminal } from './terminal.ts';
import { showText } from './text.ts';

export interface BootstrapArguments {
  readonly bootstrap?: string;
  readonly 'bootstrap-env'?: readonly string[];
}

const REQUESTS = PRESETS.map(({ id, argument }) => `${id}:${argument}`).join(', ');

export const BOOTSTRAP_OPTIONS: OptionTable = {
  bootstrap: {
    type: 'string',
    requiresArg: true,
    describe: `Make the tree by this command, with {root} for its directory; or by ${REQUESTS}`,
  },
  'bootstrap-env': {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'NAME=VALUE for that command, or NAME to pass yours on; repeatable',
  },
};

export function temporaryDirectory({ env }: Pick<Terminal, 'env'>): string {
  return env.TMPDIR || DEFAULT_SPOOL_DIRECTORY;
}

/** What is asked for on the command line, as a manifest has it. */
export function requestedBootstrap(
  request: string,
  args: BootstrapArguments,
  epoch: number,
  { env }: Pick<Terminal, 'env'>,
): ManifestBootstrap {
  return recordBootstrap(request, epoch, parseChoices(args['bootstrap-env'] ?? []), { caller: env });
}

export interface Bootstrapping {
  readonly command: string;
  readonly environment: ManifestBootstrap['environment'];
  readonly files?: Readonly<Record<string, string>>;
}

/** Makes the tree, and tells as much of it as is asked for: with -v all that the command says, else its last words. */
export function bootstrapped<T>(
  run: Bootstrapping,
  args: Pick<GlobalArguments, 'quiet' | 'verbose'>,
  terminal: Terminal,
  { signal, again }: { readonly signal: AbortSignal; readonly again: AbortSignal },
  work: (tree: string) => Promise<T>,
): Promise<T> {
  const tell = (line: string): void => terminal.err(`  ${showText(line.trimEnd())}\n`);
  const isTold = args.verbose > 0 && !args.quiet;
  if (isTold || (terminal.isErrTerminal && !args.quiet)) {
    terminal.err(`stillroot: runs ${showCommand(run.command)}\n`);
  }
  return withBootstrap(
    {
      ...run,
      caller: terminal.env,
      temporary: temporaryDirectory(terminal),
      signal,
      again,
      ...(isTold ? { onLine: tell } : { onFailure: (lines) => lines.forEach(tell) }),
    },
    work,
  );
}
