import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sortStanzas } from '../../src/rewrite/sort-stanzas.ts';
import { apply, faultAt, survivesDamage, textAfter } from './damage.ts';

const test = suite('sort-stanzas');

const mark = (name: string, architecture: string): string =>
  `Package: ${name}\nArchitecture: ${architecture}\nAuto-Installed: 1\n`;
const states = (...stanzas: string[]): string => stanzas.map((stanza) => `${stanza}\n`).join('');

test('marks of apt are sorted by name and architecture', () => {
  assert.is(
    textAfter(
      sortStanzas,
      states(mark('zlib1g', 'amd64'), mark('libc6', 'i386'), mark('libc6', 'amd64'), mark('a+', 'all')),
    ),
    states(mark('a+', 'all'), mark('libc6', 'amd64'), mark('libc6', 'i386'), mark('zlib1g', 'amd64')),
  );
});

test('packages of apk too, and what is in a stanza keeps its order', () => {
  const busybox = 'C:Q1xyz=\nP:busybox\nV:1.36.1-r5\nA:x86_64\nF:bin\nR:busybox\nF:etc\n';
  const alpine = 'C:Q1abc=\nP:alpine-baselayout\nV:3.4.3-r1\nA:x86_64\nF:dev\nM:0:0:0755\nF:dev/pts\n';
  assert.is(textAfter(sortStanzas, states(busybox, alpine)), states(alpine, busybox));
});

test('the end of the file stays as it is', () => {
  for (const end of ['', '\n', '\n\n']) {
    const text = `Package: b\n\nPackage: a${end}`;
    assert.is(textAfter(sortStanzas, text), `Package: a\n\nPackage: b${end}`);
  }
});

test('sorted files stay', () => {
  for (const text of [states(mark('a', 'all'), mark('b', 'all')), states(mark('a', 'all')), '\n']) {
    assert.is(apply(sortStanzas, text).outcome, 'unchanged');
  }
});

test('a stanza without a name and more than one empty line are reported', () => {
  faultAt(sortStanzas, 'Package: b\n\nX-Package: a\n', 12, /without a name/);
  faultAt(sortStanzas, 'Package: b\n\n\nPackage: a\n', 0, /several empty lines/);
});

test('damage', () => {
  survivesDamage(sortStanzas, Buffer.from(states(mark('b', 'all'), mark('a', 'all'))));
});

test.run();
