/** Errors in a command line, worded like all other errors. */
import { StillrootError } from '../errors.ts';
import { didYouMean, suggest } from '../rules/suggest.ts';

/** The command that yargs itself provides. */
export const COMPLETION = 'completion';

/** What the command line could have contained. */
export interface KnownWords {
  /** What to type before `--help`: `stillroot pack`. */
  readonly call: string;
  readonly verbs: readonly string[];
  /** The verb that was recognized. */
  readonly verb: string | undefined;
  /** How that verb is used: `pack <source>`. */
  readonly usage: string | undefined;
  /** Names of its arguments. */
  readonly arguments?: readonly string[];
  /** Values of its first argument, if it is limited to some. */
  readonly choices?: readonly string[] | undefined;
  /** Long names of the options of that verb, without hyphens. */
  readonly options: readonly string[];
  /** Maps one letter to the long name. */
  readonly letters: ReadonlyMap<string, string>;
}

/**
 * yargs reports errors in its own English sentences; those that users encounter are reworded here. Unknown sentences
 * are passed on as they are.
 *
 * @param message of yargs, in English
 * @param argv the command line, to tell an option from an argument
 */
export function usageError(message: string, argv: readonly string[], known: KnownWords): StillrootError {
  const help = `See ${known.call} --help.`;
  const text = message.replace(/\s+/g, ' ').trim();
  const valueless = /^Not enough arguments following: (.+)$/.exec(text)?.[1];
  if (valueless !== undefined) {
    return new StillrootError('usage', 'needs a value', { where: optionName(valueless, known), hint: help });
  }
  const missing = /^Missing required arguments?: ([^,]+)/.exec(text)?.[1];
  if (missing !== undefined) {
    return new StillrootError('usage', 'is required', { where: optionName(missing, known), hint: help });
  }
  const choice = /^Invalid values: Argument: (\S+), Given: "(.*)", Choices: (.*)$/.exec(text);
  if (choice !== null) {
    const [, name = '', given = '', choices = ''] = choice;
    const values = [...choices.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
    const meant = suggest(given, values);
    return new StillrootError(
      'usage',
      `invalid value ${JSON.stringify(given)}, wanted ${values.join(', ')}`,
      {
        where: known.arguments?.includes(name) ? (known.verb ?? known.call) : optionName(name, known),
        ...(meant === undefined ? {} : { hint: `Did you mean '${meant}'?` }),
      },
    );
  }
  const unknown = /^Unknown (?:arguments?|commands?): (.+)$/.exec(text)?.[1];
  if (unknown !== undefined) return unknownWord(unknown.split(', ')[0] as string, argv, known, help);
  if (text.startsWith('Too many non-option arguments')) {
    const words = argv.filter((each) => !each.startsWith('-') && !known.verbs.includes(each));
    if (known.verb === undefined && argv[0] === COMPLETION) {
      return unknownWord(argv[1] ?? '', [], { ...known, verb: COMPLETION }, help);
    }
    const word = known.verb === undefined ? words[0] : argv.at(-1);
    return unknownWord(word ?? '', [], known, help);
  }
  if (text.startsWith('Not enough non-option arguments')) {
    const choices = known.choices === undefined ? '' : ` (${known.choices.join(' or ')})`;
    return new StillrootError('usage', `missing argument, wanted ${known.usage ?? 'a command'}${choices}`, {
      hint: help,
    });
  }
  return new StillrootError('usage', text, { hint: help });
}

function optionName(name: string, { letters }: KnownWords): string {
  return `--${letters.get(name) ?? name}`;
}

function unknownWord(word: string, argv: readonly string[], known: KnownWords, help: string): StillrootError {
  const written = [`--${word}`, `--no-${word}`].find((option) =>
    argv.some((each) => each === option || each.startsWith(`${option}=`)),
  );
  if (written !== undefined) {
    const meant = suggest(word, known.options);
    return new StillrootError('usage', 'unknown option', {
      where: written,
      hint: meant === undefined ? help : `Did you mean '--${meant}'?`,
    });
  }
  if (word.length === 1 && argv.length > 0 && !argv.includes(word)) {
    return new StillrootError('usage', 'unknown option', { where: `-${word}`, hint: help });
  }
  if (known.verb === undefined) {
    return new StillrootError('usage', `unknown command ${JSON.stringify(word)}`, {
      hint: didYouMean(word, known.verbs, 'commands'),
    });
  }
  return new StillrootError('usage', `unexpected argument ${JSON.stringify(word)}`, {
    where: known.verb,
    hint: help,
  });
}
