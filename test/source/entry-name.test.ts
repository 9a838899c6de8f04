import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pathOfName } from '../../src/source/archive-entry.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('entry-name');

test('what says nothing is left off', () => {
  for (const [name, path] of [
    ['etc/passwd', 'etc/passwd'],
    ['./etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['//.//./etc/passwd', 'etc/passwd'],
    ['etc/./passwd', 'etc/passwd'],
    ['etc/', 'etc'],
    ['etc//', 'etc'],
    ['etc//x///f', 'etc/x/f'],
    ['.//etc//./x/.', 'etc/x'],
    ['/////', ''],
    ['.', ''],
    ['./.hidden/..x/x..', '.hidden/..x/x..'],
    ['.', ''],
    ['./', ''],
    ['/', ''],
    ['.', ''],
    ['caf\xe9/\xff', 'caf\xe9/\xff'],
    ['a b\n\x1b[31m', 'a b\n\x1b[31m'],
  ] as const) {
    assert.is(pathOfName(name, 'here'), path, JSON.stringify(name));
  }
});

test('what could lead out of the tree, or means something else to others, is refused', async () => {
  for (const [name, said] of [
    ['../x', /^here: the name "\.\.\/x" contains "\.\."/],
    ['..', /contains "\.\."/],
    ['a/../b', /contains "\.\."/],
    ['a/..', /contains "\.\."/],
    ['/../etc', /contains "\.\."/],
    ['./../etc', /contains "\.\."/],
    ['a//..//b', /contains "\.\."/],
    ['//..', /contains "\.\."/],
    ['', /is empty/],
    ['a\0b', /the name "a\\x00b" contains a NUL byte/],
    [`${'x'.repeat(4000)}/../y`, /"x{100}\.\.\." contains "\.\."/],
  ] as const) {
    await rejects(() => pathOfName(name, 'here'), 'archive-malformed', said);
  }
});

test('a name that could reach a terminal raw is escaped in the message', async () => {
  const error = await rejects(() => pathOfName('a/../\x1b[31m\n', 'x.tar'), 'archive-malformed');
  assert.match(error.message, /"a\/\.\.\/\\x1b\[31m\\x0a"/);
});

test.run();
