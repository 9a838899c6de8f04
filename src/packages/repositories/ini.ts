/** Files of `[section]` and `key = value`, as pacman, dnf, yum and zypper have them. */

export interface Section {
  readonly name: string;
  /** In the order of the file; a key may come more than once. */
  readonly pairs: readonly (readonly [key: string, value: string])[];
}

/**
 * Lines that begin with `#` or `;` are comments; one that begins with a blank goes on with the value before it, on
 * a line of its own. What is none of this is skipped, as the programs do.
 *
 * @param text byte string
 */
export function parseSections(text: string): Section[] {
  const sections: { name: string; pairs: [string, string][] }[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    const heading = /^\[(.+)\]$/.exec(trimmed)?.[1];
    if (heading !== undefined) {
      sections.push({ name: heading, pairs: [] });
      continue;
    }
    const pairs = sections.at(-1)?.pairs;
    const previous = pairs?.at(-1);
    if (/^\s/.test(line) && previous !== undefined && !/^\w+\s*=/.test(trimmed)) {
      previous[1] += `\n${trimmed}`;
      continue;
    }
    const equals = trimmed.indexOf('=');
    if (equals === -1) continue;
    pairs?.push([trimmed.slice(0, equals).trim(), trimmed.slice(equals + 1).trim()]);
  }
  return sections;
}
