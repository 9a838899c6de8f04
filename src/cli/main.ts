import yargs, { type Argv, type Options } from 'yargs';
import { StillrootError } from '../errors.ts';
import { EXIT_OK, EXIT_TROUBLE, SignalExit } from './exit.ts';
import { GLOBAL_OPTIONS, REPEATABLE } from './options.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import type { Verb, VerbModule } from './verb.ts';
import { VERBS } from './verbs.ts';

/**
 * Runs one command line and returns its exit status. Errors are printed here and nowhere else.
 *
 * @param argv without the names of node and script
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    return await run(argv, terminal);
  } catch (error) {
    return report(error, argv, terminal);
  }
}

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  if (argv.includes('--version') && !argv[0]?.match(/^[a-z]/)) {
    const { versionText } = await import('./version.ts');
    terminal.out(`${versionText()}\n`);
    return EXIT_OK;
  }
  let status = EXIT_OK;
  const parser = makeParser(terminal, (code) => {
    status = code;
  });
  let help = '';
  await parser.parseAsync([...argv], {}, (_error: unknown, _argv: unknown, output: string) => {
    help = output;
  });
  if (help !== '') terminal.out(`${help}\n`);
  return status;
}

function makeParser(terminal: Terminal, setStatus: (code: number) => void): Argv {
  const parser = yargs()
    .scriptName('stillroot')
    .usage('stillroot VERB [SOURCE] [options]\n\nMakes a root filesystem hold still, and writes it as a byte-stable cpio.xz.')
    .parserConfiguration({
      'dot-notation': false,
      'parse-positional-numbers': false,
      'parse-numbers': false,
      'camel-case-expansion': false,
    })
    .options(GLOBAL_OPTIONS as Record<string, Options>)
    .version(false)
    .help('help')
    .alias('help', 'h')
    .strict()
    .recommendCommands()
    .completion('completion', 'Print a completion script for bash or zsh')
    .demandCommand(1, 1, 'no verb was given')
    .wrap(Math.min(100, terminal.columns))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw error ?? new StillrootError('usage', message.replaceAll('\n', ' '), { hint: 'See stillroot --help.' });
    })
    .epilogue('--version prints the versions that decide output bytes. Exit status: 0 done, 1 differs, 2 trouble.');
  for (const verb of VERBS) addVerb(parser, verb, terminal, setStatus);
  return parser;
}

function addVerb(parser: Argv, verb: Verb, terminal: Terminal, setStatus: (code: number) => void): void {
  // Loaded when the verb is used, so that no verb waits for what it does not need.
  let module: VerbModule | undefined;
  parser.command(
    verb.usage,
    verb.describe,
    async (argv: Argv) => {
      module = await verb.load();
      for (const [name, positional] of Object.entries(module.positionals)) argv.positional(name, positional);
      argv.options(module.options as Record<string, Options>);
      for (const [command, text] of module.examples) argv.example(`stillroot ${command}`, text);
      argv.check(refuseRepeated);
      return argv;
    },
    async (args) => {
      if (module !== undefined) setStatus(await module.run(args as Record<string, unknown>, terminal));
    },
  );
}

/** yargs turns an option that is given twice into an array, which no verb expects. */
function refuseRepeated(args: Record<string, unknown>): true {
  for (const [name, value] of Object.entries(args)) {
    if (!Array.isArray(value) || name === '_' || name === 'paths' || REPEATABLE.has(name)) continue;
    throw new StillrootError('usage', 'was given more than once', { where: `--${name}` });
  }
  return true;
}

function report(error: unknown, argv: readonly string[], terminal: Terminal): number {
  if (error instanceof SignalExit) return error.status;
  const known = error instanceof StillrootError;
  const message = error instanceof Error ? error.message : String(error);
  if (argv.includes('--json')) {
    const detail = known ? { code: error.code, where: error.where, hint: error.hint } : { code: 'internal' };
    terminal.out(`${JSON.stringify({ schema: 'stillroot/error/1', error: { ...detail, message } }, null, 2)}\n`);
  }
  terminal.err(`stillroot: ${message}\n`);
  if (error instanceof Error && (argv.includes('--debug') || !known)) terminal.err(`${error.stack}\n`);
  return EXIT_TROUBLE;
}
