/** What /bin/sh takes for one word: as it is where no character means anything to it, else within quotes. */
export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./{}-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as one command line of the shell, quoted where needed. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** `NAME=value` in front of a command, the program, and the rest. */
const FIRST_WORD = /^((?:[A-Za-z_][A-Za-z0-9_]*=[^\s'"\\$`]*\s+)*)([^\s'"\\$`;&|<>()]+)(?=\s|$)/;

/** The program that a command line begins with, as it is written; undefined where only a shell could tell. */
export function programOf(command: string): string | undefined {
  return FIRST_WORD.exec(command)?.[2];
}

/** The same command with more arguments directly after its program. */
export function withArguments(command: string, words: readonly string[]): string {
  return command.replace(FIRST_WORD, (found) => `${found} ${quoteWords(words)}`);
}

/** Two are shown as they are. */
const BLANKS = / {3,}/g;

/**
 * A command as it will be run, with everything in it visible: what is not printable ASCII as `<U+00A0>`, and blanks in
 * a row, which could push the rest of it out of sight, as their number.
 */
export function showCommand(command: string): string {
  return command
    .replace(/[^\x20-\x7e]/gu, (char) => {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
      return `<U+${code.padStart(4, '0')}>`;
    })
    .replace(BLANKS, (blanks) => ` <${blanks.length} blanks> `);
}
