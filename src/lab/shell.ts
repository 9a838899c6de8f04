/** Quoting and placeholders for shell commands. */
import { resolve } from 'node:path';
import { StillrootError } from '../errors.ts';

/** Quotes any text as one word of a POSIX shell. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as one command line of the shell, quoted where needed. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** The placeholders in braces in the command of a packer. */
interface Blanks {
  /** Path of the tree. */
  readonly root: string;
  /** Path of the archive to write; it does not exist yet. */
  readonly out: string;
  /** How many threads to compress with. */
  readonly threads: string;
  /** The command that starts stillroot, ready for a shell. */
  readonly stillroot: string;
}

type BlankName = keyof Blanks;

const BLANK = /\{(root|out|threads|stillroot)\}/g;

/** Fills in `{root}` and the like, each as one word; `{stillroot}` is several. Other braces are left to the shell. */
export function fillIn(command: string, blanks: Blanks): string {
  return command.replace(BLANK, (_, name: BlankName) =>
    name === 'stillroot' ? blanks.stillroot : quoteWord(blanks[name]),
  );
}

/** Whether the command has the placeholder `{name}`. */
export function hasBlank(command: string, name: BlankName): boolean {
  return command.includes(`{${name}}`);
}

/** The first word of a command, where it is a path from the directory of whoever names it. */
const RELATIVE_PROGRAM = /^\s*(\.\.?\/[\w@%+=:,./-]+)(?=\s|$)/;

/**
 * A packer defined by the user: `NAME=command {root} {out}`. It runs in other directories than the one it is named in, so a
 * program such as `./mkimage` gets its whole path.
 *
 * @throws usage where the name or a placeholder is missing
 */
export function parsePacker(text: string): { readonly name: string; readonly command: string } {
  const [, name, command] = /^([\w.+-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || command === undefined) {
    throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted NAME=COMMAND`, {
      where: '--packer',
      hint: 'For example --packer "mine=mypack {root} > {out}"; a name is letters, digits, ., +, - and _.',
    });
  }
  for (const blank of ['root', 'out'] as const) {
    if (hasBlank(command, blank)) continue;
    throw new StillrootError('usage', `the command of ${name} has no {${blank}}`, {
      where: '--packer',
      hint: 'It reads the tree at {root} and writes the archive {out}; both are filled in as one word.',
    });
  }
  return { name, command: command.replace(RELATIVE_PROGRAM, (_, word: string) => quoteWord(resolve(word))) };
}
