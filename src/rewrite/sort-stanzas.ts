import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite } from './rewrite.ts';
import { compareKeys, fieldOf, joinStanzas, splitStanzas } from './stanzas.ts';

/** Name and architecture: in the stores of dpkg, apt and opkg, and in the installed database of apk. */
const KEYS: readonly (readonly [name: string, architecture: string])[] = [
  ['Package', 'Architecture'],
  ['P', 'A'],
];

/**
 * Stanzas of packages, such as `var/lib/apt/extended_states` and `lib/apk/db/installed`, by name and
 * architecture. Each stands for itself; what is inside keeps its order.
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
