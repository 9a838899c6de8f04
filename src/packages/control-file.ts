/** One paragraph of a deb822 file: field name in lower case to its value. */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * deb822(5), of which dpkg's status files are made: paragraphs of `Field: value` with an empty line
 * between them. A line that begins with a blank goes on with the field before it.
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
