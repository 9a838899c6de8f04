import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EntryWarnings } from '../../src/source/entry-warnings.ts';

const test = suite('entry-warnings');

const shown = (warnings: EntryWarnings): string[] =>
  warnings.list().map(({ code, path, message }) => `${code} ${path}: ${message}`);

test('warnings about entries are in the order in which they came', () => {
  const warnings = new EntryWarnings();
  assert.equal(warnings.list(), []);
  warnings.socket('run/s');
  warnings.impliedDirectory('etc');
  warnings.duplicate('a');
  warnings.duplicateDirectory('d');
  warnings.ignoredData('n', 'fifo', 7);
  warnings.attributes(
    'x',
    new Map([
      ['user.b', ''],
      ['user.a', ''],
    ]),
  );
  assert.equal(shown(warnings), [
    'socket run/s: is a socket, which exists only as long as its process; left out',
    'implied-directory etc: is not in the archive; a directory with mode 0755 and owner root is added for the entries below it',
    'duplicate-entry a: is in the archive more than once; the last one is used',
    'duplicate-entry d: is in the archive more than once; the last entry decides mode and owner',
    'ignored-data n: is a fifo with 7 bytes of content, which only files can have; the content is ignored',
    'xattr x: has the extended attributes user.a, user.b, which a cpio archive cannot hold; pack a .tar to keep them',
  ]);
});

test('names with a slash in front and names through links are counted, and come last', () => {
  const warnings = new EntryWarnings();
  warnings.see('/etc');
  warnings.throughLink('lib/a', 'usr/lib/a');
  warnings.see('etc/x');
  warnings.socket('s');
  const one = shown(warnings);
  assert.match(one[0] ?? '', /^socket s/);
  assert.equal(one.slice(1), [
    'absolute-name : 1 name begins with a slash in the archive, which is removed',
    'through-link : 1 name leads through a symlink of the archive, which is followed as the kernel would: "lib/a" is "usr/lib/a"',
  ]);
  warnings.see('/usr');
  warnings.throughLink('lib/b', 'usr/lib/b');
  assert.match(shown(warnings)[1] ?? '', /: 2 names begin with/);
  assert.match(shown(warnings)[2] ?? '', /: 2 names lead through .*: "lib\/a" is "usr\/lib\/a"$/);
  assert.is(warnings.list().length, 3, 'asking changes nothing');
});

test.run();
