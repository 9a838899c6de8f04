import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** Date.toString() of Java: `#Tue Nov 14 22:13:20 UTC 2023`, in a zone by its short name or its distance. */
const DATE =
  /^#(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d \d\d:\d\d:\d\d (?:[A-Z]{1,6}|(?:GMT|UTC)?[+-]\d\d:?\d\d) \d{4}\r?\n/m;
/** Properties from here on; what is above are comments. */
const HEAD = /^(?:#[^\n]*\n)*/;

/** java.util.Properties.store writes the time as the last comment above the properties. */
export const propertiesDate: Rewrite = {
  what: 'The comment with the time that Java writes above properties goes.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1');
    const head = HEAD.exec(text)?.[0] ?? '';
    return ifTextChanged(bytes, head.replace(DATE, '') + text.slice(head.length));
  },
};
