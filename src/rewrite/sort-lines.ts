import { ifTextChanged } from './if-changed.ts';
import { type Rewrite, UNCHANGED } from './rewrite.ts';

/** `NAME=value`, as locale.conf(5) and the defaults of Debian have it. */
const ASSIGNMENT = /^(?:export )?([A-Za-z_][0-9A-Za-z_]*)=/;

/**
 * A text file whose lines are a set: etc/shells, triggers of dpkg, locale.conf. Comments on top stay on
 * top. Where order means something the file stays: with comments or empty lines further down, which
 * belong to their neighbours, and with two assignments to one name, of which the last counts.
 */
export const sortLines: Rewrite = {
  what: 'Lines below the comments on top of the file are sorted.',
  maximumSize: 32 * 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1');
    const header = /^(?:(?:#.*)?\n)*(?:#[^\n]*$)?/.exec(text)?.[0] ?? '';
    const body = text.slice(header.length);
    const end = body.endsWith('\n') ? '\n' : '';
    const lines = body.slice(0, body.length - end.length).split('\n');
    const names = lines.flatMap((line) => ASSIGNMENT.exec(line)?.[1] ?? []);
    const isOrdered =
      lines.some((line) => line === '' || line.startsWith('#')) || new Set(names).size < names.length;
    if (isOrdered) return UNCHANGED;
    // Byte strings compare as bytes.
    return ifTextChanged(bytes, header + lines.sort().join('\n') + end);
  },
};
