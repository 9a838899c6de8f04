import type { Argv, Options, PositionalOptions } from 'yargs';
import { StillrootError } from '../errors.ts';
import type { Option, OptionRows } from '../settings/option.ts';
import { EXIT_OK } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { COMPLETION, type KnownWords, usageError } from './usage-error.ts';
import type { Program } from './verb.ts';
import { GLOBAL_OPTIONS, type Positional, type Verb, type VerbModule } from './verb.ts';

/** One command line, parsed by yargs. */
export class CommandLine {
  status: number = EXIT_OK;
  readonly #program: Program;
  readonly #argv: readonly string[];
  readonly #terminal: Terminal;
  /** The verb whose options are currently known. */
  #verb: string | undefined;
  #choices: readonly string[] | undefined;
  #positionals: readonly string[] = [];
  #options: readonly Option<unknown>[] = rowsOf(GLOBAL_OPTIONS);

  constructor(program: Program, argv: readonly string[], terminal: Terminal) {
    this.#program = program;
    this.#argv = argv;
    this.#terminal = terminal;
  }

  async run(): Promise<number> {
    if (await this.#printHelp()) return EXIT_OK;
    // yargs prints only one thing itself: the completion script.
    let script = '';
    try {
      const parser = await this.#parser();
      await parser.parseAsync([...this.#argv], {}, (_error: unknown, _argv: unknown, output: string) => {
        script = output;
      });
    } catch (error) {
      // Errors of yargs itself have this name; any other comes from a verb.
      if (!(error instanceof Error) || error.name !== 'YError') throw error;
      throw usageError(error.message, this.#argv, this.#knownWords());
    }
    if (script !== '') this.#terminal.out(`${script}\n`);
    return this.status;
  }

  /** yargs supports neither groups with both kinds of options nor names of values. */
  async #printHelp(): Promise<boolean> {
    if (!this.#argv.some((word) => word === '--help' || word === '-h')) return false;
    const { verbs, isSingle } = this.#program;
    const first = this.#argv.find((word) => !word.startsWith('-'));
    const verb = isSingle ? verbs[0] : verbs.find((each) => verbName(each) === first);
    // An unknown verb is an error with or without the option.
    if (verb === undefined && first !== undefined && first !== COMPLETION) return false;
    const { programHelp, verbHelp } = await import('./help.ts');
    const { columns } = this.#terminal;
    this.#terminal.out(
      verb === undefined
        ? programHelp(this.#program, columns)
        : verbHelp(this.#callOf(verbName(verb)), verb, await verb.load(), columns),
    );
    return true;
  }

  async #parser(): Promise<Argv> {
    // Only loaded now: --version does not need it.
    const { default: yargs } = await import('yargs');
    const { name, verbs, isSingle } = this.#program;
    // If given a directory, yargs does not query the current one, which may have been removed.
    const parser = yargs([], '/')
      .scriptName(name)
      // Messages and help are the same on every machine.
      .detectLocale(false)
      .parserConfiguration({
        'dot-notation': false,
        'parse-positional-numbers': false,
        'parse-numbers': false,
        'camel-case-expansion': false,
      })
      .options(yargsOptions(rowsOf(GLOBAL_OPTIONS)))
      .version(false)
      .help(false)
      .option('help', { alias: 'h', type: 'boolean' })
      .strict()
      .exitProcess(false)
      .showHelpOnFail(false)
      .fail((message, error) => {
        throw error ?? usageError(message, this.#argv, this.#knownWords());
      });
    for (const verb of verbs) this.#addVerb(parser, verb);
    if (isSingle) return parser;
    parser.demandCommand(1, 1, NO_VERB);
    return parser.completion(COMPLETION, 'Print a completion script for bash or zsh');
  }

  #addVerb(parser: Argv, verb: Verb): void {
    // Loaded when the verb is used, so that no verb waits for modules that it does not need.
    let module: VerbModule | undefined;
    const usage = this.#program.isSingle ? verb.usage.replace(verbName(verb), '$0') : verb.usage;
    parser.command(
      usage,
      verb.describe,
      async (argv: Argv) => {
        module = await verb.load();
        this.#verb = verbName(verb);
        this.#options = [...rowsOf(GLOBAL_OPTIONS), ...rowsOf(module.options)];
        this.#positionals = Object.keys(module.positionals);
        this.#choices = Object.values(module.positionals)[0]?.choices;
        for (const [name, positional] of Object.entries(module.positionals)) {
          argv.positional(name, yargsPositional(positional));
        }
        argv.options(yargsOptions(rowsOf(module.options)));
        argv.check(
          (args) => this.#refuseExtra(args) && this.#refuseStream(args) && this.#refuseRepeated(args),
        );
        return argv;
      },
      async (args) => {
        if (module !== undefined) this.status = await module.run(args, this.#terminal);
      },
    );
  }

  /** yargs checks nothing after `--`. */
  #refuseExtra({ _: words }: Record<string, unknown>): true {
    const extra = Array.isArray(words) ? words[this.#program.isSingle ? 0 : 1] : undefined;
    if (extra === undefined) return true;
    throw usageError(
      `Unknown argument: ${String(extra)}`,
      [String(extra)].filter((word) => !word.startsWith('-')),
      this.#knownWords(),
    );
  }

  /** yargs turns an argument `-` into an empty one. It usually means standard input, which has no random access. */
  #refuseStream(args: Record<string, unknown>): true {
    if (!this.#argv.includes('-') || this.#argv.includes('')) return true;
    const given = this.#positionals.flatMap((name) => args[name]);
    if (!given.includes('')) return true;
    throw new StillrootError('usage', 'standard input cannot be read', {
      where: '-',
      hint: 'Save the stream to a file first; ./- is a file of that name.',
    });
  }

  /** yargs turns a repeated option into an array, which no verb expects. */
  #refuseRepeated(args: Record<string, unknown>): true {
    for (const { option, kind } of this.#options) {
      if (kind === 'list' || !Array.isArray(args[option])) continue;
      throw new StillrootError('usage', 'was given more than once', {
        where: `--${option}`,
        hint: 'Give it once.',
      });
    }
    return true;
  }

  /** What to type for `finalize rootfs`: a program with only one verb omits its name. */
  #callOf(command: string): string {
    const { name, isSingle } = this.#program;
    return isSingle ? command.replace(/^\S+/, name) : `${name} ${command}`;
  }

  #knownWords(): KnownWords {
    const letters = new Map<string, string>();
    for (const { alias, option } of this.#options) {
      if (alias !== undefined) letters.set(alias, option);
    }
    const { name, verbs, isSingle } = this.#program;
    const verb = verbs.find((each) => verbName(each) === this.#verb);
    return {
      call: verb === undefined ? name : this.#callOf(verbName(verb)),
      verbs: [...verbs.map(verbName), ...(isSingle ? [] : [COMPLETION])],
      verb: this.#verb,
      usage: verb?.usage,
      arguments: this.#positionals,
      choices: this.#choices,
      options: this.#options.map(({ option }) => option),
      letters,
    };
  }
}

function rowsOf(table: OptionRows): readonly Option<unknown>[] {
  return Object.values(table);
}

/** Without defaults, which yargs would mix with the user's input; the table has them. */
function yargsOptions(rows: readonly Option<unknown>[]): Record<string, Options> {
  return Object.fromEntries(rows.map((row) => [row.option, yargsOption(row)]));
}

const TYPES = { flag: 'boolean', count: 'count', value: 'string', list: 'string' } as const;

function yargsOption({ alias, kind, choices, isRequired }: Option<unknown>): Options {
  return {
    type: TYPES[kind],
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
    ...(kind === 'value' ? { requiresArg: true } : {}),
    ...(kind === 'list' ? { array: true, nargs: 1 } : {}),
    ...(isRequired === true ? { demandOption: true } : {}),
  };
}

function yargsPositional({ choices, isRequired, isList }: Positional<unknown>): PositionalOptions {
  return {
    type: 'string',
    ...(choices === undefined ? {} : { choices }),
    ...(isList === true ? { array: true } : {}),
    ...(isRequired === true ? { demandOption: true } : {}),
  };
}

const NO_VERB = 'missing command';

function verbName({ usage }: Verb): string {
  return usage.split(' ')[0] as string;
}
