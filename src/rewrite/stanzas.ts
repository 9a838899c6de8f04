/** A text of stanzas with empty lines between them, as deb822(5) and its like have it. */
export interface Stanzas {
  /** Without the newlines around them. */
  readonly stanzas: readonly string[];
  /** The newlines at the end of the text. */
  readonly end: string;
}

/** @returns undefined where stanzas are parted by more than one empty line, or the text begins with one */
export function splitStanzas(text: string): Stanzas | undefined {
  const end = /\n*$/.exec(text)?.[0] ?? '';
  const body = text.slice(0, text.length - end.length);
  if (body.startsWith('\n') || body.includes('\n\n\n')) return undefined;
  return { stanzas: body === '' ? [] : body.split('\n\n'), end };
}

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

/** Byte order of several keys, the first that differs counting. */
export function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, key] of a.entries()) {
    const other = b[index] as string;
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}
