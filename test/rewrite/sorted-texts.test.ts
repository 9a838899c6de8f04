import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lsR, sortDebconf, sortLines, sortStanzas } from '../../src/rewrite/sorted-texts.ts';
import { apply, faultAt, survivesDamage, textAfter } from './damage.ts';

const test = suite('sorted-texts');

test('sort-lines: lines are sorted by bytes, comments on top stay there', () => {
  assert.is(
    textAfter(sortLines, '# /etc/shells: valid login shells\n/bin/sh\n/bin/bash\n/usr/bin/sh\n/bin/dash\n'),
    '# /etc/shells: valid login shells\n/bin/bash\n/bin/dash\n/bin/sh\n/usr/bin/sh\n',
  );
  assert.is(
    textAfter(sortLines, '#  File generated\n\nLANG=C\nLANGUAGE=de\nLC_ALL=C\nLC_A=x\n').split('\n')[4],
    'LC_A=x',
  );
  assert.is(textAfter(sortLines, '\xff\nb\nB\n'), 'B\nb\n\xff\n');
});

test('sort-lines: a last line without a newline stays without', () => {
  assert.is(textAfter(sortLines, 'b\na'), 'a\nb');
});

test('sort-lines: triggers that come twice stay both', () => {
  assert.is(textAfter(sortLines, '/b x\n/a y\n/b x\n'), '/a y\n/b x\n/b x\n');
});

test('sort-lines: sorted files and files of comments stay', () => {
  for (const text of ['a\nb\n', '# b\n# a\n', '\n', '# x', 'one line']) {
    assert.is(apply(sortLines, text).outcome, 'unchanged', JSON.stringify(text));
  }
});

test('sort-lines: comments and empty lines in the middle belong to their neighbours, so the file stays', () => {
  for (const text of ['# top\nb\n# about a\na\n', 'b\n\na\n']) {
    assert.is(apply(sortLines, text).outcome, 'unchanged');
  }
});

test('sort-lines: of two assignments the last counts, so they are not moved', () => {
  assert.is(apply(sortLines, 'LANG=de\nexport LANG=C\nA=b\n').outcome, 'unchanged');
});

test('sort-lines: any order becomes the same', () => {
  const lines = fc.uniqueArray(fc.stringMatching(/^[a-z/ ]{1,8}$/), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lines, (given) => {
      const wanted = `${[...given].sort().join('\n')}\n`;
      const text = `${given.join('\n')}\n`;
      if (text !== wanted) assert.is(textAfter(sortLines, text), wanted);
    }),
  );
});

test('sort-lines: damage', () => {
  survivesDamage(sortLines, Buffer.from('# x\nLANG=C\nLANGUAGE=de\nA=b\n'));
});

const mark = (name: string, architecture: string): string =>
  `Package: ${name}\nArchitecture: ${architecture}\nAuto-Installed: 1\n`;
const states = (...stanzas: string[]): string => stanzas.map((stanza) => `${stanza}\n`).join('');

test('sort-stanzas: marks of apt are sorted by name and architecture', () => {
  assert.is(
    textAfter(
      sortStanzas,
      states(mark('zlib1g', 'amd64'), mark('libc6', 'i386'), mark('libc6', 'amd64'), mark('a+', 'all')),
    ),
    states(mark('a+', 'all'), mark('libc6', 'amd64'), mark('libc6', 'i386'), mark('zlib1g', 'amd64')),
  );
});

test('sort-stanzas: packages of apk too, and what is in a stanza keeps its order', () => {
  const busybox = 'C:Q1xyz=\nP:busybox\nV:1.36.1-r5\nA:x86_64\nF:bin\nR:busybox\nF:etc\n';
  const alpine = 'C:Q1abc=\nP:alpine-baselayout\nV:3.4.3-r1\nA:x86_64\nF:dev\nM:0:0:0755\nF:dev/pts\n';
  assert.is(textAfter(sortStanzas, states(busybox, alpine)), states(alpine, busybox));
});

test('sort-stanzas: the end of the file stays as it is', () => {
  for (const end of ['', '\n', '\n\n']) {
    const text = `Package: b\n\nPackage: a${end}`;
    assert.is(textAfter(sortStanzas, text), `Package: a\n\nPackage: b${end}`);
  }
});

test('sort-stanzas: sorted files stay', () => {
  for (const text of [states(mark('a', 'all'), mark('b', 'all')), states(mark('a', 'all')), '\n']) {
    assert.is(apply(sortStanzas, text).outcome, 'unchanged');
  }
});

test('sort-stanzas: a stanza without a name and more than one empty line are reported', () => {
  faultAt(sortStanzas, 'Package: b\n\nX-Package: a\n', 12, /without a name/);
  faultAt(sortStanzas, 'Package: b\n\n\nPackage: a\n', 0, /several empty lines/);
});

test('sort-stanzas: damage', () => {
  survivesDamage(sortStanzas, Buffer.from(states(mark('b', 'all'), mark('a', 'all'))));
});

const LIBRARIES = (owners: string): string =>
  `Name: libraries/restart-without-asking\nTemplate: libraries/restart-without-asking\nValue: b, a\nOwners: ${owners}\n`;
const KERNEL = (flags: string, variables: string): string =>
  `Name: a/kernel\nTemplate: a/kernel\nOwners: linux\nFlags: ${flags}\nVariables:\n${variables}`;

test('sort-debconf: questions, owners, flags and variables are sorted, values stay', () => {
  assert.is(
    textAfter(
      sortDebconf,
      `${LIBRARIES('libpam0g, libc6, libc6:amd64')}\n${KERNEL('seen, a', ' version = 6, 5\n list = \n')}\n`,
    ),
    `${KERNEL('a, seen', ' list = \n version = 6, 5\n')}\n${LIBRARIES('libc6, libc6:amd64, libpam0g')}\n`,
  );
});

test('sort-debconf: variables in the middle of a stanza and at the end of the file', () => {
  assert.is(
    textAfter(sortDebconf, 'Name: a\nVariables:\n b = 1\n a = 2\nFlags: seen'),
    'Name: a\nVariables:\n a = 2\n b = 1\nFlags: seen',
  );
  assert.is(
    textAfter(sortDebconf, 'Name: a\nVariables:\n b = 1\n a = 2'),
    'Name: a\nVariables:\n a = 2\n b = 1',
  );
});

test('sort-debconf: a sorted file stays', () => {
  const text = `${KERNEL('seen', ' a = 1\n')}\n${LIBRARIES('libc6')}\n`;
  assert.is(apply(sortDebconf, text).outcome, 'unchanged');
});

test('sort-debconf: a stanza without a name and more than one empty line are reported', () => {
  faultAt(sortDebconf, 'Name: a\n\nTemplate: b\n', 9, /without a name/);
  faultAt(sortDebconf, 'Name: b\n\n\nName: a\n', 0, /several empty lines/);
});

test('sort-debconf: damage', () => {
  const text = `${LIBRARIES('b, a')}\n${KERNEL('seen, a', ' b = 1\n a = 2\n')}\n`;
  survivesDamage(sortDebconf, Buffer.from(text));
});

const MAGIC = '% ls-R -- filename database for kpathsea; do not change this line.\n';
const FIRST = `${MAGIC}./:\nweb2c\nls-R\nfonts\n\n./web2c:\ntex\n\n./fonts:\nmap\ncache\n\n./web2c/tex:\ntex.fmt\n`;
const SECOND = `${MAGIC}./:\nfonts\nls-R\nweb2c\n\n./fonts:\ncache\nmap\n\n./web2c:\ntex\n\n./web2c/tex:\ntex.fmt\n`;

test('ls-r: two orders of the file system become one', () => {
  assert.is.not(FIRST, SECOND);
  assert.is(textAfter(lsR, FIRST), SECOND);
  assert.is(apply(lsR, SECOND).outcome, 'unchanged');
});

test('ls-r: directories without names, several empty lines and an empty line after the first one', () => {
  assert.is(
    textAfter(lsR, `${MAGIC}\n./b:\n\n\n./a:\nx\n\n./a/b:\n`),
    `${MAGIC}\n./a:\nx\n\n./a/b:\n\n./b:\n`,
  );
});

test('ls-r: names with spaces and colons are names', () => {
  const text = `${MAGIC}./:\nb c\na:b\n`;
  assert.is(textAfter(lsR, text), `${MAGIC}./:\na:b\nb c\n`);
});

test('ls-r: another file is reported, and an empty one stays', () => {
  faultAt(lsR, './:\nb\na\n', 0, /first line/);
  assert.is(apply(lsR, '').outcome, 'unchanged');
  assert.is(apply(lsR, MAGIC).outcome, 'unchanged');
  faultAt(lsR, `${MAGIC}./:\nb\n\nstray\n`, MAGIC.length + 7, /block without/);
});

test('ls-r: damage', () => {
  survivesDamage(lsR, Buffer.from(FIRST), { sameSize: false });
});

test.run();
