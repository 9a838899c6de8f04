import { withoutBuildHost } from './debconf-host-name.ts';
import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite } from './rewrite.ts';
import { compareKeys, fieldOf, joinStanzas, splitStanzas } from './stanzas.ts';

/** Fields whose values are sets, separated by a comma and a space (debconf: Debconf::Format::822). */
const SETS = /^(Owners|Flags): (.*)$/gm;
/** Lines ` name = value` below the field. */
const VARIABLES = /^Variables:\n(?: .*(?:\n|$))+/m;

/**
 * `var/cache/debconf/config.dat`: stanzas by the name of the question, and in them owners, flags and
 * variables, which debconf keeps in the order in which packages asked. What mail servers answered themselves with the
 * name of the build machine is as `mail-host-name` makes it in their files.
 */
export const sortDebconf: Rewrite = {
  what: 'Answers of debconf are sorted by question, and in them owners, flags and variables; the name of the build machine goes.',
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
