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
