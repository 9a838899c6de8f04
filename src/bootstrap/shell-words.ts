/** What /bin/sh takes for one word: as it is where no character means anything to it, else within quotes. */
export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./{}-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** `NAME=value` in front of a command, the program, and the rest. */
const FIRST_WORD = /^((?:[A-Za-z_][A-Za-z0-9_]*=[^\s'"\\$`]*\s+)*)([^\s'"\\$`;&|<>()]+)(?=\s|$)/;

/** The program that a command line begins with, as it is written; undefined where only a shell could tell. */
export function programOf(command: string): string | undefined {
  return FIRST_WORD.exec(command)?.[2];
}

/** The same command with more arguments right behind its program. */
export function withArguments(command: string, words: readonly string[]): string {
  return command.replace(FIRST_WORD, (found) => `${found} ${quoteWords(words)}`);
}
