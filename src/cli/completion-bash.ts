import { type CompletedVerb, commonOptions, type Place } from './completion.ts';

/** What does not depend on the tables. */
function functionsOf(name: string): string {
  return `
# Words as typed: bash takes them apart at = and :, which are parts of values here.
_${name}_words() {
  local rest=$COMP_LINE i word
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 0)) && [[ $rest != [[:space:]]* && $rest == "$word"* &&
      ($word == [=:]* || \${COMP_WORDS[i - 1]} == *[=:]) ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    rest=\${rest#*"$word"}
  done
  cur=\${words[\${#words[@]} - 1]}
}

# Offers the words of a list, each up to its next = or / only.
_${name}_offer() {
  local word rest head seen=' '
  for word in $1; do
    [[ $word == "$cur"* ]] || continue
    rest=\${word#"$cur"}
    head=\${rest%%[=/]*}
    word=$cur$head\${rest:\${#head}:1}
    [[ $seen == *" $word "* ]] && continue
    seen+="$word "
    COMPREPLY+=("$word")
  done
  _${name}_unfinished
}

# A single word that is only begun gets no blank after it.
_${name}_unfinished() {
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=:/] ]] && compopt -o nospace 2>/dev/null
}

# Leaves it to readline, which knows about quotes: files (default) or directories (dirnames).
_${name}_paths() {
  compopt -o "$1" 2>/dev/null
}

# Offers words that end in =, and files after it.
_${name}_files_after() {
  if [[ $cur == *=* ]]; then
    _${name}_paths default
  else
    _${name}_offer "$1"
  fi
}

# Offers what is in an archive. This starts the program, and nothing else here does.
_${name}_entries() {
  local word rest seen=$'\\n' entries
  [[ -e $1 ]] || return
  entries=$("\${words[0]}" list --format paths -q -- "$1" 2>/dev/null)
  while IFS= read -r word; do
    # Not the directory itself whose entries are wanted.
    [[ $word == "$cur"* && -n $word && ! ($word == "$cur" && $cur == */) ]] || continue
    rest=\${word#"$cur"}
    [[ $rest == */* ]] && word=$cur\${rest%%/*}/
    [[ $seen == *$'\\n'"$word"$'\\n'* ]] && continue
    seen+=$word$'\\n'
    COMPREPLY+=("$(printf %q "$word")")
  done <<<"$entries"
  _${name}_unfinished
}
`;
}

/** Everything is in the script but the entries of archives. */
export function bashScript(name: string, verbs: readonly CompletedVerb[]): string {
  const common = commonOptions(verbs);
  const commonValued = common.filter(({ value }) => value !== undefined);
  const ofVerbs = verbs.map(
    ({ verb, options }) => `    ${verb})
      options='${options.flatMap(namesOf).join(' ')}'
      valued=' ${options.flatMap((each) => (each.value === undefined ? [] : spellings(each))).join(' ')} '
      ;;`,
  );
  const values = [{ verb: '', options: common }, ...verbs].flatMap(({ verb, options }) =>
    options.flatMap((each): Arm[] =>
      each.value === undefined
        ? []
        : spellings(each).map((option) => [
            `'${verb} ${option}'`,
            offerOf(name, each.value?.place, each.value?.name),
          ]),
    ),
  );
  const args = verbs.flatMap((each) =>
    each.args.flatMap(({ place, byFirst, isList }, at): Arm[] => [
      [`'${each.verb} '${isList && at > 0 ? '[1-9]*' : `${at}' '*`}`, offerOf(name, place)],
      ...Object.entries(byFirst).map(
        ([first, by]): Arm => [`'${each.verb} ${at} ${first}'`, offerOf(name, by)],
      ),
    ]),
  );
  return `# Completion of ${name} in bash; written by "${name} completion bash".
${functionsOf(name)}
_${name}() {
  local cur words=() last i word verb= option= options= valued= first= n=0
  local common=' ${commonValued.flatMap(spellings).join(' ')} '
  COMPREPLY=()
  _${name}_words
  last=$((\${#words[@]} - 1))
  for ((i = 1; i < last; i++)); do
    if [[ $common == *" \${words[i]} "* ]]; then
      ((++i == last)) && option=\${words[i - 1]}
    elif [[ \${words[i]} != -?* ]]; then
      verb=\${words[i]}
      break
    fi
  done
  case $verb in
    '') options='${common.flatMap(namesOf).join(' ')} --help --version -h -V' ;;
${ofVerbs.join('\n')}
    *) return ;;
  esac
  for ((i++; i < last; i++)); do
    word=\${words[i]}
    if [[ $valued == *" $word "* ]]; then
      ((++i == last)) && option=$word
    elif [[ $word != -?* ]]; then
      ((n++ == 0)) && first=$word
    fi
  done
  if [[ $cur == --*=* ]]; then
    option=\${cur%%=*}
    cur=\${cur#*=}
  fi
  if [[ -n $option ]]; then
    case "$verb $option" in
${armsOf(values)}
    esac
  elif [[ $cur == -?* || ( $cur == - && $n != 0 ) ]]; then
    _${name}_offer "$options"
  elif [[ -z $verb ]]; then
    _${name}_offer '${verbs.map(({ verb }) => verb).join(' ')}'
  else
    case "$verb $n $first" in
${armsOf(args)}
    esac
  fi
  # bash replaces only what follows the last = or : of the word.
  if [[ $cur == *[=:]* ]]; then
    word=\${cur%"\${cur##*[=:]}"}
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$word"}; done
  fi
}

complete -F _${name} ${name}
`;
}

/** A pattern of `case`, and what is done there. */
type Arm = readonly [pattern: string, command: string];

/** Patterns with the same command together, which leaves a third of the script. */
function armsOf(arms: readonly Arm[]): string {
  const patterns = new Map<string, string[]>();
  for (const [pattern, command] of arms) {
    if (command !== '') patterns.set(command, [...(patterns.get(command) ?? []), pattern]);
  }
  return [...patterns].map(([command, all]) => `      ${all.join(' | ')}) ${command} ;;`).join('\n');
}

function offerOf(name: string, place: Place | undefined, valueName = ''): string {
  if (place === undefined || place === 'text') return '';
  if (place === 'path') return `_${name}_paths default`;
  if (place === 'directory') return `_${name}_paths dirnames`;
  if (place === 'entry') return `_${name}_entries "$first"`;
  const words = `'${place.words.join(' ')}'`;
  return valueName.endsWith('=FILE') ? `_${name}_files_after ${words}` : `_${name}_offer ${words}`;
}

function spellings({ option, alias }: CompletedVerb['options'][number]): string[] {
  return [`--${option}`, ...(alias === undefined ? [] : [`-${alias}`])];
}

function namesOf(row: CompletedVerb['options'][number]): string[] {
  return row.canBeNone ? [...spellings(row), `--no-${row.option}`] : spellings(row);
}
