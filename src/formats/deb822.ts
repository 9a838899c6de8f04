/** deb822(5): the fields of each paragraph for readers, and its verbatim text for code that rewrites it. */

/** One paragraph of a deb822 file: field name in lower case to its value. */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * deb822(5), of which dpkg's status files are made: paragraphs of `Field: value` with an empty line
 * between them. A line that begins with a blank continues the field before it.
 *
 * @param text a byte string
 * @param wanted names of the fields to keep, in lower case: a status file has ten times as many
 */
export function* parseControlFile(
  text: string,
  wanted: ReadonlySet<string>,
): Generator<Paragraph, void, void> {
  for (const stanza of text.split(/\n[ \t]*\n/)) {
    const fields = new Map<string, string>();
    let name = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith(' ') || line.startsWith('\t')) {
        const value = fields.get(name);
        if (value !== undefined) fields.set(name, `${value}\n${line.trim()}`);
        continue;
      }
      const colon = line.indexOf(':');
      name = colon === -1 ? '' : line.slice(0, colon).toLowerCase();
      if (wanted.has(name)) fields.set(name, line.slice(colon + 1).trim());
    }
    if (fields.size > 0) yield fields;
  }
}

/** A text of stanzas with empty lines between them, as in deb822(5) and similar formats. */
export interface Stanzas {
  /** Without the newlines around them. */
  readonly stanzas: readonly string[];
  /** The newlines at the end of the text. */
  readonly end: string;
}

/** @returns undefined where stanzas are separated by more than one empty line, or the text begins with one */
export function splitStanzas(text: string): Stanzas | undefined {
  const end = /\n*$/.exec(text)?.[0] ?? '';
  const body = text.slice(0, text.length - end.length);
  if (body.startsWith('\n') || body.includes('\n\n\n')) return undefined;
  return { stanzas: body === '' ? [] : body.split('\n\n'), end };
}

/** Joins stanzas back into a text; the inverse of `splitStanzas`. */
export function joinStanzas({ stanzas, end }: Stanzas): string {
  return stanzas.join('\n\n') + end;
}

/** The value of a field on one line; '' where the stanza has no such field. */
export function fieldOf(stanza: string, name: string): string {
  const start = `\n${stanza}`.indexOf(`\n${name}:`);
  if (start === -1) return '';
  const end = stanza.indexOf('\n', start);
  return stanza.slice(start + name.length + 1, end === -1 ? undefined : end).trim();
}
