import { existsSync } from 'node:fs';
import type { Options } from 'yargs';
import { StillrootError } from '../errors.ts';
import { didYouMean, suggest } from '../rules/suggest.ts';
import { missingOption, type Option, type OptionRows } from '../settings/option.ts';
import { quoteWord } from '../text/format.ts';
import { EXIT_OK } from './exit.ts';
import type { Terminal } from './terminal.ts';
import {
  argumentName,
  GLOBAL_OPTIONS,
  type Positional,
  type Program,
  type Verb,
  type VerbModule,
  verbName,
} from './verb.ts';
import { spellOut, unmarked } from './words.ts';

/** One command line: the verb, its options and arguments. */
export class CommandLine {
  readonly #program: Program;
  readonly #argv: readonly string[];
  readonly #terminal: Terminal;

  constructor(program: Program, argv: readonly string[], terminal: Terminal) {
    this.#program = program;
    this.#argv = argv;
    this.#terminal = terminal;
  }

  /** @returns the exit status */
  async run(): Promise<number> {
    const isHelp = this.#argv.some((word) => word === '--help' || word === '-h');
    const found = this.#findVerb();
    if (found === undefined) {
      const common = spellOut(this.#argv, { rows: rowsOf(GLOBAL_OPTIONS), call: this.#program.name });
      // Without any word there is nothing to be wrong about, so this is a question, as for cargo, docker and kubectl.
      if (isHelp || common.length === 0) return this.#printHelp();
      throw new StillrootError('usage', 'missing command', { hint: `See ${this.#program.name} --help.` });
    }
    const { verb, words } = found;
    const module = await verb.load();
    if (isHelp) return this.#printHelp(verb, module);
    const call = this.#callOf(verb);
    const rows = [...rowsOf(GLOBAL_OPTIONS), ...rowsOf(module.options)];
    const given = await parse(spellOut(words, { rows, call, foreign: module.foreign }), rows, module);
    refuseRepeated(given, rows);
    refuseWrongNumber(given, verb, module, call);
    return module.run(given, this.#terminal);
  }

  /**
   * Undefined if no word names one. Only options that all verbs have may be before it.
   * @throws StillrootError `usage` for an unknown one
   */
  #findVerb(): { readonly verb: Verb; readonly words: readonly string[] } | undefined {
    const { name: call, verbs, isSingle } = this.#program;
    if (isSingle) return { verb: verbs[0] as Verb, words: this.#argv };
    const withValue = rowsOf(GLOBAL_OPTIONS)
      .filter(({ kind }) => kind === 'value')
      .map(({ option }) => `--${option}`);
    const at = this.#argv.findIndex(
      (word, index) => !/^-./.test(word) && !withValue.includes(this.#argv[index - 1] ?? ''),
    );
    if (at === -1) return undefined;
    const before = this.#argv.slice(0, at);
    spellOut(before, { rows: rowsOf(GLOBAL_OPTIONS), call });
    const word = this.#argv[at] as string;
    const verb = verbs.find((each) => verbName(each) === word);
    if (verb !== undefined) return { verb, words: [...before, ...this.#argv.slice(at + 1)] };
    const names = verbs.map(verbName);
    const isPath = suggest(word, names) === undefined && existsSync(word);
    throw new StillrootError('usage', `unknown command ${JSON.stringify(word)}`, {
      hint: isPath
        ? `Did you mean ${call} pack ${quoteWord(word)} -o FILE?`
        : didYouMean(word, names, 'commands'),
    });
  }

  async #printHelp(verb?: Verb, module?: VerbModule): Promise<number> {
    const { programHelp, verbHelp } = await import('./help.ts');
    const { columns } = this.#terminal;
    const isWhole = verb === undefined || module === undefined;
    this.#terminal.out(
      isWhole ? programHelp(this.#program, columns) : verbHelp(this.#callOf(verb), verb, module, columns),
    );
    return EXIT_OK;
  }

  /** What to type for `finalize rootfs`: a program with only one verb omits its name. */
  #callOf(verb: Verb): string {
    const { name, isSingle } = this.#program;
    return isSingle ? name : `${name} ${verbName(verb)}`;
  }
}

/** @param words spelled out */
async function parse(
  words: readonly string[],
  rows: readonly Option<unknown>[],
  { positionals }: VerbModule,
): Promise<Record<string, unknown>> {
  // Only loaded now: --version and help do not need it.
  const { default: yargs } = await import('yargs');
  const names = Object.entries(positionals).map(([name, { isList }]) => `[${name}${isList ? '..' : ''}]`);
  // If given a directory, yargs does not query the current one, which may have been removed.
  const parser = yargs([], '/')
    .detectLocale(false)
    .parserConfiguration({
      'dot-notation': false,
      'parse-positional-numbers': false,
      'parse-numbers': false,
      'camel-case-expansion': false,
    })
    .command(['$0', ...names].join(' '), false, (command) => {
      for (const [name, { isList }] of Object.entries(positionals)) {
        command.positional(name, { type: 'string', ...(isList === true ? { array: true } : {}) });
      }
      return command.options(Object.fromEntries(rows.map((row) => [row.option, yargsOption(row)])));
    })
    .version(false)
    .help(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    });
  return unmarked(await parser.parseAsync([...words]));
}

const TYPES = { flag: 'boolean', count: 'count', value: 'string', list: 'string' } as const;

/** Without defaults, which yargs would mix with the user's input; the table has them. */
function yargsOption({ kind }: Option<unknown>): Options {
  return { type: TYPES[kind], ...(kind === 'list' ? { array: true, nargs: 1 } : {}) };
}

/** yargs turns a repeated option into an array, which no verb expects. */
function refuseRepeated(given: Readonly<Record<string, unknown>>, rows: readonly Option<unknown>[]): void {
  for (const { option, kind } of rows) {
    if (kind === 'list' || !Array.isArray(given[option])) continue;
    throw new StillrootError('usage', 'was given more than once', {
      where: `--${option}`,
      hint: 'Give it once.',
    });
  }
}

const NONE: Positional<unknown> = { text: '', parse: () => undefined };

/** @throws StillrootError `usage` for missing arguments and options, and for arguments of which there are too many */
function refuseWrongNumber(
  given: Readonly<Record<string, unknown>>,
  verb: Verb,
  { positionals, options, examples, guess }: VerbModule,
  call: string,
): void {
  const extra = (given._ as readonly unknown[]).map((word) => unmarked({ word }).word as string);
  const names = Object.keys(positionals);
  const args = [...names.flatMap((name) => given[name] ?? []), ...extra].map(String);
  // A program of a single verb has no other one that could be meant.
  const isAlone = !call.includes(' ');
  const meant = isAlone ? undefined : guess?.(args, (option) => given[option] !== undefined);
  const help = `See ${call} --help.`;
  const isRequired = ({ isRequired = false, unless }: Positional<unknown>): boolean =>
    isRequired || (unless !== undefined && given[unless] === undefined);
  const name = names.find((each) => given[each] === undefined && isRequired(positionals[each] ?? NONE));
  if (name !== undefined) {
    const choices = positionals[name]?.choices;
    const [example = ''] = examples[0] ?? [];
    const one =
      choices === undefined ? `for example ${call}${example.replace(/^\S+/, '')}` : choices.join(' or ');
    throw new StillrootError('usage', `missing ${argumentName(name, positionals[name] ?? {})}, ${one}`, {
      where: verbName(verb),
      hint: meant ?? help,
    });
  }
  const missing = rowsOf(options).find(
    ({ option, isRequired }) => isRequired === true && given[option] === undefined,
  );
  if (missing !== undefined) throw missingOption(missing, meant ?? help);
  if (extra[0] === undefined) return;
  throw new StillrootError('usage', `unexpected argument ${JSON.stringify(extra[0])}`, {
    where: verbName(verb),
    hint: meant ?? help,
  });
}

function rowsOf(table: OptionRows): readonly Option<unknown>[] {
  return Object.values(table);
}
