/** Quotes text as one word of /bin/sh; unchanged if it has no special characters. */
export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./{}-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as one command line of the shell, quoted where needed. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** `NAME=value` before a command, the program, and the rest. */
const FIRST_WORD = /^((?:[A-Za-z_][A-Za-z0-9_]*=[^\s'"\\$`]*\s+)*)([^\s'"\\$`;&|<>()]+)(?=\s|$)/;

/** The program with which a command line begins, as written; undefined if only a shell could determine it. */
export function programOf(command: string): string | undefined {
  return FIRST_WORD.exec(command)?.[2];
}

/** The same command with further arguments directly after its program. */
export function withArguments(command: string, words: readonly string[]): string {
  return command.replace(FIRST_WORD, (found) => `${found} ${quoteWords(words)}`);
}

/** Up to two spaces are shown as they are. */
const BLANKS = / {3,}/g;

/**
 * A command as it will be run, with everything in it visible: anything but printable ASCII as `<U+00A0>`, and long runs
 * of spaces, which could push the rest out of sight, as their number.
 */
export function showCommand(command: string): string {
  return command
    .replace(/[^\x20-\x7e]/gu, (char) => {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
      return `<U+${code.padStart(4, '0')}>`;
    })
    .replace(BLANKS, (blanks) => ` <${blanks.length} blanks> `);
}
