/**
 * What the lines of a shell script do with paths, as far as reading shows: variables with fixed values are replaced,
 * nothing is run. Texts are byte strings, and time is proportional to the length of the script.
 */

/** What a line does with a path, from the most to the least telling. */
export type Use = 'writes' | 'manages' | 'reads' | 'removes';

/** A path in a script. */
export interface ScriptPath {
  /** Absolute; where `isPattern`, with `*` for what is unknown, and possibly other wildcards. */
  readonly path: string;
  readonly isPattern: boolean;
  readonly use: Use;
  /** From 1 on. */
  readonly line: number;
  /** The line as it is in the script. */
  readonly text: string;
}

/** Lines read of a script. */
const LINES_MAX = 20_000;
/** Characters read of a line, with the lines that continue it. */
const LINE_MAX = 4_000;
/** The same with the values of variables. */
const EXPANDED_MAX = 4 * LINE_MAX;
/** Values remembered for a variable, and their length. */
const VALUES_MAX = 8;
const VALUE_MAX = 256;
/** Paths taken from a line. */
const WORDS_MAX = 100;

/** A name, at the beginning of a command. */
const ASSIGNMENT =
  /(?:^|[;&|({]|\b(?:then|do|else|local|export|readonly|declare|typeset))\s*([A-Za-z_]\w{0,63})=("[^"\n]{0,256}"|'[^'\n]{0,256}'|[^\s;&|<>()"']{1,256})/g;
const LOOP = /\bfor\s+([A-Za-z_]\w{0,63})\s+in\s+([^;\n]{1,1000})/g;
/** `$NAME`, `${NAME}`, with a default value or not, and what a command prints. */
const VARIABLE =
  /\$(?:([A-Za-z_]\w{0,63})|\{([A-Za-z_]\w{0,63})[^}\n]{0,100}\}|\([^()\n]{0,200}\)|[0-9@*#?!-])/g;
/** A path that is not part of another word. */
const PATH = /(?<![\w.~+@%*$\\/-])\/[^\s"'`;&|<>()=,:]{1,1000}/g;

/** The text up to this word is data, not commands. */
const HERE_DOCUMENT = /(?<!<)<<(?!<)-?\s*["'\\]?([A-Za-z_]\w{0,40})/;

/** Commands that write the file given as their last operand. */
const WRITES_LAST = /^(?:cp|mv|ln|install|rsync|ucf|dpkg-divert|convert|envsubst)$/;
/** Commands that write, or make, each file they are given. */
const WRITES =
  /^(?:tee|touch|truncate|mktemp|tempfile|dd|openssl|ssh-keygen|certtool|mcookie|uuidgen|systemd-machine-id-setup|dbus-uuidgen|[a-z0-9.-]*(?:mkconf|-confgen|-setup|-keygen|-genkey|-install-db|newaliases|postmap|makemap)|(?:make|create|generate|gen|init|mk)[-_][\w.-]+|update-[\w.-]+)$/;
const READS =
  /^(?:\[|\[\[|test|grep|egrep|fgrep|cat|cut|head|tail|awk|gawk|mawk|cmp|diff|stat|ls|find|readlink|realpath|md5sum|sha\d+sum|source|\.|echo|printf|cd|getent|dpkg|dpkg-query|case|which|command|type|for|while|return|exit|sort|wc|basename|dirname|du|sed|perl|python3?|interest|interest-await|interest-noawait|activate|activate-noawait)$/;
const REMOVES = /^(?:rm|rmdir|unlink|purge|shred)$/;
/** What may precede a command. */
const PREFIX =
  /^(?:(?:if|then|else|elif|while|until|do|!|exec|eval|sudo|command|env|nice|time|set|local|export|readonly)\s+|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"']*)(?:\s+|$))/;

/** Paths in a script, in the order of its lines. A comment is none of its lines. */
export function* scriptPaths(script: string): Generator<ScriptPath> {
  const variables = new Map<string, string[]>();
  /** The word that ends a here-document. */
  let end: string | undefined;
  for (const { line, text } of logicalLines(script)) {
    if (end !== undefined) {
      if (text.trim() === end) end = undefined;
      else yield* pathsIn(text, text, line, 'reads');
      continue;
    }
    if (/^\s*(?:#|$)/.test(text)) continue;
    end = HERE_DOCUMENT.exec(text)?.[1];
    for (const expanded of expansions(text, variables)) yield* pathsIn(expanded, text, line);
    remember(text, variables);
  }
}

function* pathsIn(expanded: string, text: string, line: number, use?: Use): Generator<ScriptPath> {
  let count = 0;
  for (const { index, 0: word } of expanded.matchAll(PATH)) {
    count += 1;
    if (count > WORDS_MAX) break;
    const path = word.replace(/[./\\$\]}!]+$/, '');
    if (path.length < 2) continue;
    const isPattern = /[*?[{]/.test(path);
    yield { path, isPattern, line, text, use: use ?? useOf(expanded, index, word.length) };
  }
}

function* logicalLines(script: string): Generator<{ line: number; text: string }> {
  const lines = script.split('\n', LINES_MAX);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let text = (lines[at] as string).slice(0, LINE_MAX);
    while (text.endsWith('\\') && text.length < LINE_MAX && at + 1 < lines.length) {
      at += 1;
      text = `${text.slice(0, -1)} ${(lines[at] as string).trimStart()}`.slice(0, LINE_MAX);
    }
    yield { line, text };
  }
}

/** The line with the values of variables; `*` for those that are not known. Several lines for a loop. */
function expansions(text: string, variables: ReadonlyMap<string, readonly string[]>): string[] {
  if (!text.includes('$')) return [text];
  let several: string | undefined;
  for (const [, plain, braced] of text.matchAll(VARIABLE)) {
    const name = plain ?? braced ?? '';
    if ((variables.get(name)?.length ?? 0) > 1) several ??= name;
  }
  const rounds = several === undefined ? 1 : (variables.get(several)?.length ?? 1);
  return Array.from({ length: rounds }, (_, round) =>
    expand(text, (name) => {
      const values = variables.get(name);
      return values?.[name === several ? round : 0];
    }),
  );
}

function expand(text: string, find: (name: string) => string | undefined): string {
  const expanded = text.replace(VARIABLE, (_all, plain: string | undefined, braced: string | undefined) => {
    const name = plain ?? braced;
    return (name === undefined ? undefined : find(name)) ?? '*';
  });
  return (
    expanded
      // Quotes join what they surround.
      .replace(/(?<=[\w*./-])["'](?=[\w*./-])/g, '')
      // An unknown directory in front of a path is that of a root, such as $DPKG_ROOT.
      .replace(/(^|[\s"'=<>(])\*(?=\/)/g, '$1')
      .slice(0, EXPANDED_MAX)
  );
}

function remember(text: string, variables: Map<string, string[]>): void {
  for (const [, name = '', quoted = ''] of text.matchAll(ASSIGNMENT)) {
    const value = quoted.replace(/^["']|["']$/g, '');
    const known = expand(value, (each) => variables.get(each)?.[0]);
    if (known.length > VALUE_MAX || !/[\w/]/.test(known)) variables.delete(name);
    else variables.set(name, [known]);
  }
  for (const [, name = '', list = ''] of text.matchAll(LOOP)) {
    const values = list
      .trim()
      .split(/\s+/, VALUES_MAX)
      .map((word) => expand(word.replace(/^["']|["']$/g, ''), (each) => variables.get(each)?.[0]))
      .filter((value) => value !== '*' && value.length <= VALUE_MAX);
    if (values.length === 0) variables.delete(name);
    else variables.set(name, values);
  }
}

/**
 * What the command around a word does with it.
 *
 * @param index of the word in the text of a line, and its length
 */
export function useOf(text: string, index: number, length: number): Use {
  const before = text.slice(0, index);
  if (/(?:>{1,2}\|?|\bof=|\s-(?:o|out|keyout)\s)\s*["']?$/.test(before)) return 'writes';
  if (/<\s*["']?$/.test(before)) return 'reads';
  const start = Math.max(...[...';&|({`'].map((mark) => before.lastIndexOf(mark))) + 1;
  const command = commandOf(text.slice(start));
  const rest = text.slice(index + length);
  if (command === '') return 'reads';
  if (/^(?:sed|perl)$/.test(command) && /\s(?:-[a-zA-Z]*i\b|--in-place)/.test(text.slice(start, index)))
    return 'writes';
  if (WRITES.test(command)) return index === start + text.slice(start).search(/\S/) ? 'reads' : 'writes';
  if (WRITES_LAST.test(command)) return /^["']?\s*(?:[;&|)#]|\d?>|$)/.test(rest) ? 'writes' : 'reads';
  if (REMOVES.test(command)) return 'removes';
  if (READS.test(command) || command.includes('=')) return 'reads';
  // Another program, such as chown, is given the path; a program that is named by its path is only run.
  return before.slice(start).trim() === '' ? 'reads' : 'manages';
}

/** Name of the program of a simple command, without its directory. */
function commandOf(text: string): string {
  let rest = text.trimStart().slice(0, 400);
  for (let round = 0; round < 8; round += 1) {
    const shorter = rest.replace(PREFIX, '');
    if (shorter === rest) break;
    rest = shorter.trimStart();
  }
  const [word = ''] = /^[^\s;&|<>()]+/.exec(rest) ?? [];
  return word.replace(/^["']|["']$/g, '').replace(/^.*\//, '');
}
