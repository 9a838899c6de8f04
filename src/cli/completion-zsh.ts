import {
  type CompletedArgument,
  type CompletedOption,
  type CompletedVerb,
  commonOptions,
  type Place,
} from './completion.ts';

/** Everything is in the script but the entries of archives. */
export function zshScript(name: string, verbs: readonly CompletedVerb[]): string {
  const lists = new Lists(name);
  const arms = verbs.map(({ verb, options, args }) => {
    const specs = [
      ...options.map((option) => optionSpec(name, option, lists)),
      ...args.map((arg, at) => argumentSpec(name, verb, arg, at, lists)),
    ];
    return `        ${verb})\n          _arguments -s -S \\\n            ${specs.join(' \\\n            ')}\n          ;;`;
  });
  const common = commonOptions(verbs).map((option) => optionSpec(name, option, lists));
  const commands = verbs.map(({ verb, describe }) => `        ${quoted(`${verb}:${describe}`)}`);
  return `#compdef ${name}
# Completion of ${name} in zsh; written by "${name} completion zsh".

# Offers what is in an archive. This starts the program, and nothing else here does.
_${name}_entries() {
  local -a entries
  entries=(\${(f)"$(_call_program entries ${name} list --format paths -q -- \${(q)\${(Q)line[1]}} 2>/dev/null)"})
  _multi_parts / entries
}

${lists.functions()}
_${name}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C -s -S '(- *)'{-V,--version}'[Print the versions]' '(- *)'{-h,--help}'[List the commands]' \\
    ${common.join(' \\\n    ')} \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${commands.join('\n')}
      )
      _describe -t commands command commands
      ;;
    argument)
      case $words[1] in
${arms.join('\n')}
      esac
      ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

/** Lists of words, each a function, however often it is used. */
class Lists {
  readonly #name: string;
  readonly #bodies = new Map<string, string>();

  constructor(name: string) {
    this.#name = name;
  }

  /** The name of a function with this body. */
  add(body: string): string {
    const known = this.#bodies.get(body);
    if (known !== undefined) return known;
    const name = `_${this.#name}_list_${this.#bodies.size + 1}`;
    this.#bodies.set(body, name);
    return name;
  }

  functions(): string {
    return [...this.#bodies].map(([body, name]) => `${name}() {\n${body}\n}\n`).join('\n');
  }
}

function optionSpec(name: string, option: CompletedOption, lists: Lists): string {
  const { alias, text, value, isRepeatable } = option;
  const long = `--${option.option}${value === undefined ? '' : '='}`;
  const both = alias === undefined ? undefined : `(-${alias} --${option.option})`;
  const repeat = isRepeatable ? '*' : '';
  const names = alias === undefined ? long : `{-${alias}${value === undefined ? '' : '+'},${long}}`;
  const about = `[${text.replace(/[[\]\\]/g, String.raw`\$&`)}]`;
  const action =
    value === undefined
      ? ''
      : `:${value.name.replaceAll(':', String.raw`\:`)}:${actionOf(name, value.place, lists, value.name)}`;
  const before = isRepeatable || both === undefined ? repeat : both;
  return `${before === '' ? '' : quoted(before)}${names}${quoted(about + action)}${noneSpec(option)}`;
}

function noneSpec({ option, canBeNone, text }: CompletedOption): string {
  return canBeNone ? ` --no-${option}${quoted(`[${text.replace(/[[\]\\]/g, String.raw`\$&`)}]`)}` : '';
}

function argumentSpec(
  name: string,
  verb: string,
  { name: arg, place, isList, byFirst }: CompletedArgument,
  at: number,
  lists: Lists,
): string {
  const cases = Object.entries(byFirst).map(
    ([first, by]) => `    ${first}) ${actionOf(name, by, lists) || ':'} ;;`,
  );
  const action =
    cases.length === 0
      ? actionOf(name, place, lists)
      : lists.add(
          `  # Arguments of ${verb}, by the first one.\n  case $line[1] in\n${cases.join('\n')}\n  esac`,
        );
  return quoted(`${isList ? '*' : at + 1}:${arg}:${action}`);
}

function actionOf(name: string, place: Place, lists: Lists, valueName = ''): string {
  if (place === 'text') return '';
  if (place === 'path') return '_files';
  // The one of this name offers files where no directory fits.
  if (place === 'directory') return '_path_files -/';
  if (place === 'entry') return `_${name}_entries`;
  const { words } = place;
  if (valueName.endsWith('=FILE')) {
    const formats = words.map((word) => word.slice(0, -1)).join(' ');
    return lists.add(`  if compset -P '*='; then _files; else compadd -S = -q -- ${formats}; fi`);
  }
  const isBegun = words.some((word) => /[=:]$/.test(word));
  const all = words.map(quoted).join(' ');
  if (isBegun) return lists.add(`  compadd -S '' -- ${all}`);
  if (words.some((word) => word.includes('='))) {
    return lists.add(`  local name=\${PREFIX%%=*}
  local -a pairs
  pairs=(${all})
  if compset -P '*='; then
    compadd -- \${\${(M)pairs:#$name=*}#*=}
  else
    compadd -S = -q -- \${(u)pairs%%=*}
  fi`);
  }
  if (!words.some((word) => word.includes('/'))) return lists.add(`  compadd -- ${all}`);
  return lists.add(`  local -a parts\n  parts=(${all})\n  _multi_parts / parts`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
