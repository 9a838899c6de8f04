import { fieldOf, joinStanzas, splitStanzas } from '../formats/deb822.ts';
import { withoutBuildHost } from './host-name.ts';
import { ifTextChanged, malformed, type Rewrite, UNCHANGED } from './rewrite.ts';

/** `NAME=value`, as in locale.conf(5) and Debian's defaults files. */
const ASSIGNMENT = /^(?:export )?([A-Za-z_][0-9A-Za-z_]*)=/;

/**
 * Sorts a text file whose lines are a set: etc/shells, triggers of dpkg, locale.conf. Comments at the top stay
 * there. A file whose order matters is left alone: one with comments or empty lines further down, which
 * belong to their neighbours, or with two assignments to one name, of which the last wins.
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

/** Name and architecture: in the stores of dpkg, apt and opkg, and in the installed database of apk. */
const KEYS: readonly (readonly [name: string, architecture: string])[] = [
  ['Package', 'Architecture'],
  ['P', 'A'],
];

/**
 * Sorts stanzas of packages, such as `var/lib/apt/extended_states` and `lib/apk/db/installed`, by name and
 * architecture. Stanzas are independent; the fields inside keep their order.
 */
export const sortStanzas: Rewrite = {
  what: 'Stanzas of packages are sorted by name and architecture.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes) {
    const split = splitStanzas(bytes.toString('latin1'));
    if (split === undefined) return malformed(0, 'several empty lines together', 'one between two stanzas');
    const keyed: { stanza: string; key: readonly string[] }[] = [];
    let offset = 0;
    for (const stanza of split.stanzas) {
      const names = KEYS.find(([name]) => fieldOf(stanza, name) !== '');
      if (names === undefined) return malformed(offset, 'a stanza without a name', 'Package: or P:');
      keyed.push({ stanza, key: names.map((name) => fieldOf(stanza, name)) });
      offset += stanza.length + 2;
    }
    keyed.sort((a, b) => compareKeys(a.key, b.key));
    const stanzas = keyed.map(({ stanza }) => stanza);
    return ifTextChanged(bytes, joinStanzas({ stanzas, end: split.end }));
  },
};

/** Fields whose values are sets, separated by a comma and a space (debconf: Debconf::Format::822). */
const SETS = /^(Owners|Flags): (.*)$/gm;
/** Lines ` name = value` below the field. */
const VARIABLES = /^Variables:\n(?: .*(?:\n|$))+/m;

/**
 * `var/cache/debconf/config.dat`: stanzas by the name of the question, and in them owners, flags and
 * variables, which debconf keeps in the order in which packages asked. Answers that mail servers set to the name of
 * the build machine become the values that `mail-host-name` writes to their files.
 */
export const sortDebconf: Rewrite = {
  what: 'Sorts debconf answers by question, and their owners, flags and variables; removes the name of the build machine.',
  maximumSize: 32 * 1024 * 1024,
  apply(bytes, context) {
    const split = splitStanzas(bytes.toString('latin1'));
    if (split === undefined) return malformed(0, 'several empty lines together', 'one between two stanzas');
    let offset = 0;
    for (const stanza of split.stanzas) {
      if (fieldOf(stanza, 'Name') === '') return malformed(offset, 'a stanza without a name', 'Name:');
      offset += stanza.length + 2;
    }
    const stanzas = withoutBuildHost(split.stanzas, context)
      .map(sortInside)
      .sort((a, b) => compareKeys([fieldOf(a, 'Name')], [fieldOf(b, 'Name')]));
    return ifTextChanged(bytes, joinStanzas({ stanzas, end: split.end }));
  },
};

function sortInside(stanza: string): string {
  return stanza
    .replace(SETS, (_all, field: string, items: string) => `${field}: ${items.split(', ').sort().join(', ')}`)
    .replace(VARIABLES, (block) => {
      const [head = '', ...lines] = block.split('\n');
      const end = lines.at(-1) === '' ? lines.splice(-1) : [];
      return [head, ...lines.sort(), ...end].join('\n');
    });
}

/** The line by which Kpathsea recognizes a database. */
const MAGIC = '% ls-R -- filename database for kpathsea; do not change this line.\n';

/**
 * The file name database of TeX (Kpathsea manual, 3.4): after a comment one block a directory, `DIRECTORY:` and
 * its names, with an empty line before each. mktexlsr lists directories in the order of the file system; Kpathsea
 * reads all of it into a hash table.
 */
export const lsR: Rewrite = {
  what: 'In a file name database of TeX the directories are sorted, and the names in each.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1');
    if (text === '') return UNCHANGED;
    if (!text.startsWith(MAGIC)) return malformed(0, 'another first line', 'the first line of an ls-R');
    const start = /^(?:\.|\/)[^\n]*:$/m.exec(text)?.index;
    if (start === undefined) return UNCHANGED;
    const blocks = text.slice(start).replace(/\n+$/, '').split(/\n\n+/);
    const stray = blocks.find((block) => !/^[^\n]*:(?:\n|$)/.test(block));
    if (stray !== undefined) {
      return malformed(text.indexOf(stray, start), 'a block without a directory', 'DIRECTORY: and its names');
    }
    const sorted = blocks.map((block) => {
      const [directory = '', ...names] = block.split('\n');
      return [directory, ...names.sort()].join('\n');
    });
    // Byte strings compare as bytes.
    sorted.sort((a, b) => (headOf(a) < headOf(b) ? -1 : headOf(a) > headOf(b) ? 1 : 0));
    const end = text.endsWith('\n') ? '\n' : '';
    return ifTextChanged(bytes, `${text.slice(0, start)}${sorted.join('\n\n')}${end}`);
  },
};

/** The directory without its colon, so that it sorts before its contents. */
function headOf(block: string): string {
  const end = block.indexOf(':\n');
  return end === -1 ? block.slice(0, -1) : block.slice(0, end);
}

/** Byte order of several keys; the first difference decides. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, key] of a.entries()) {
    const other = b[index] as string;
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}
