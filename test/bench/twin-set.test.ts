// The sets of the project, and how a set is read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSet, readSets, SETS } from '../../bench/twin-set.ts';

const test = suite('package sets of twins');

const WHOLE = `# Mail: what a machine that
# delivers mail has.
#
# suite: bookworm

postfix   # writes its host name
# the other half
dovecot-imapd
libc6:i386
g++
`;

test('a set says what it is, its suite and its packages, in the order of the file', () => {
  assert.equal(parseSet('mail', WHOLE), {
    name: 'mail',
    about: 'Mail: what a machine that delivers mail has.',
    suite: 'bookworm',
    packages: ['postfix', 'dovecot-imapd', 'libc6:i386', 'g++'],
  });
});

test('a line that is no package, one that is there twice and a missing suite are refused, with their place', () => {
  assert.throws(() => parseSet('mail', `${WHOLE}two words\n`), /^mail, line 11: two words is not the name/);
  assert.throws(() => parseSet('mail', `${WHOLE}-o\n`), /line 11: -o is not the name/);
  assert.throws(() => parseSet('mail', `${WHOLE}postfix\n`), /line 11: postfix is there already/);
  assert.throws(() => parseSet('mail', '# Mail.\npostfix\n'), /mail: "# suite: NAME" is missing/);
});

test('the sets of a directory, by name; not what is hidden, nor pages', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stillroot-sets-'));
  try {
    for (const name of ['web', 'mail', '.hidden', 'README.md']) writeFileSync(join(directory, name), WHOLE);
    assert.equal(
      readSets(directory).map(({ name }) => name),
      ['mail', 'web'],
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('every set of the project says what it is', () => {
  const sets = readSets(SETS);
  assert.ok(sets.length > 0);
  for (const { name, about, packages } of sets) {
    assert.ok(about.length > 20, name);
    assert.ok(packages.length > 0, name);
  }
});

test.run();
