import { type CompletedOption, type CompletedVerb, commonOptions, type Place } from './completion.ts';

/** Everything is in the script but the entries of archives. */
export function fishScript(name: string, verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap(({ verb, describe, options, args }) => [
    '',
    `complete -c ${name} -n '__${name}_at ""' -a ${verb} -d ${quoted(describe)}`,
    ...args.flatMap(({ place, isList, byFirst }, at) => [
      argumentLine(name, `__${name}_at ${verb} ${at}${isList ? ' more' : ''}`, place),
      ...Object.entries(byFirst).map(([first, by]) =>
        argumentLine(name, `__${name}_at ${verb} ${at}; and __${name}_first_is ${first}`, by),
      ),
    ]),
    ...options.flatMap((option) => optionLines(name, verb, option)),
  ]);
  return `# Completion of ${name} in fish; written by "${name} completion fish".

# The command and its arguments so far, without options and their values.
function __${name}_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word ${valuedOptions(verbs).join(' ')}
            set skip 1
        else if not string match -q -- '-?*' $word
            echo -- $word
        end
    end
end

# Whether this is the command, and so many arguments of it are there; "more" for as many or more.
function __${name}_at
    set -l words (__${name}_words)
    if test "$argv[1]" = ""
        test (count $words) = 0
        return
    end
    test "$words[1]" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    set -l there (math (count $words) - 1)
    test $there = $argv[2]; or begin
        set -q argv[3]; and test $there -gt $argv[2]
    end
end

function __${name}_first_is
    set -l words (__${name}_words)
    test "$words[2]" = "$argv[1]"
end

# What is in an archive. This starts the program, and nothing else here does.
function __${name}_entries
    set -l words (__${name}_words)
    ${name} list --format paths -q -- $words[2] 2>/dev/null
end

complete -c ${name} -f
complete -c ${name} -n '__${name}_at ""' -l version -d 'Print the versions'
complete -c ${name} -n '__${name}_at ""' -s h -l help -d 'List the commands'
${commonOptions(verbs)
  .flatMap((option) => optionLines(name, '""', option))
  .join('\n')}
${lines.filter((line, at) => line !== '' || lines[at + 1] !== '').join('\n')}
`;
}

/** Those that take a value in every command that has them. */
function valuedOptions(verbs: readonly CompletedVerb[]): string[] {
  const all = verbs.flatMap(({ options }) => options);
  const flags = new Set(all.filter(({ value }) => value === undefined).map(({ option }) => option));
  const names = all
    .filter(({ option, value }) => value !== undefined && !flags.has(option))
    .flatMap(({ option, alias }) => [`--${option}`, ...(alias === undefined ? [] : [`-${alias}`])]);
  return [...new Set(names)];
}

function optionLines(name: string, verb: string, option: CompletedOption): string[] {
  const { alias, text, value, canBeNone } = option;
  const head = `complete -c ${name} -n '__${name}_at ${verb}'`;
  const letter = alias === undefined ? '' : ` -s ${alias}`;
  const place = value === undefined ? '' : ` ${placeWords(name, value.place)}`;
  return [
    `${head}${letter} -l ${option.option}${place} -d ${quoted(text)}`,
    ...(canBeNone ? [`${head} -l no-${option.option} -d ${quoted(text)}`] : []),
  ];
}

function argumentLine(name: string, condition: string, place: Place): string {
  if (place === 'text') return '';
  const words = placeWords(name, place).replace(/^-[rx] /, '');
  return `complete -c ${name} -n '${condition}' ${words}`;
}

function placeWords(name: string, place: Place): string {
  if (place === 'text') return '-x';
  if (place === 'path') return '-r -F';
  if (place === 'directory') return `-x -a '(__fish_complete_directories (commandline -ct))'`;
  if (place === 'entry') return `-x -a '(__${name}_entries)'`;
  return `-x -a ${quoted(place.words.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
