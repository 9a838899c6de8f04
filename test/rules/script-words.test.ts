// Paths in the text of a shell script, and what its lines do with them.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { scriptPaths, useOf } from '../../src/rules/script-words.ts';

const test = suite('script words');

const paths = (...lines: string[]): string[] =>
  [...scriptPaths(lines.join('\n'))].map(
    ({ path, isPattern, line }) => `${line} ${isPattern ? '~' : ''}${path}`,
  );
const uses = (...lines: string[]): string[] =>
  [...scriptPaths(lines.join('\n'))].map(({ path, use }) => `${use} ${path}`);

test('a comment is no line, and begins no here-document', () => {
  assert.equal(uses('# cp x /etc/a', ' #<<END', 'cp x /etc/b # END'), ['writes /etc/b']);
  assert.equal(uses('grep x <<<"$text"', 'cp x /etc/b'), ['writes /etc/b']);
  assert.equal(uses('cat <<END', 'cp x /etc/a', 'END', 'cp x /etc/b'), ['reads /etc/a', 'writes /etc/b']);
});

test('a path has a name, and ends where its words do', () => {
  assert.equal(paths('ls / /. /a "/b c" (/d) /e,/f'), ['1 /a', '1 /b', '1 /d', '1 /e', '1 /f']);
  assert.equal(paths('ls a/b ./c $d/ ~/f'), []);
  assert.equal(paths('ls */etc/a'), []);
});

test('a line that is continued is one line, with the number of the first', () => {
  const [found] = scriptPaths('true\ncp x \\\n   /etc/a\n');
  assert.equal([found?.line, found?.text], [2, 'cp x  /etc/a']);
  assert.equal(paths('cp x /etc/a \\'), ['1 /etc/a']);
  const long = [...scriptPaths(`ls /etc/a \\\n${'x'.repeat(5000)} /etc/b\nls /etc/c`)];
  assert.equal(
    long.map(({ path, text, line }) => [path, text.length, line]),
    [
      ['/etc/a', 4000, 1],
      ['/etc/c', 9, 3],
    ],
  );
});

test('so many lines, and so many paths of a line, are read', () => {
  assert.equal(paths('\n'.repeat(19_998), 'ls /etc/a', 'ls /etc/b'), ['20000 /etc/a']);
  assert.is(paths(`ls ${'/a '.repeat(101)}`).length, 100);
});

test('variables: the last value, none where it is not known or too long', () => {
  const use = 'touch $X/z';
  assert.equal(paths('X=/etc/a', 'X=/etc/b', use).slice(2), ['3 /etc/b/z']);
  assert.equal(paths('X=/etc/a', 'X=$(pwd)', 'touch $X'), ['1 /etc/a']);
  const half = `/${'a'.repeat(127)}`;
  assert.equal(paths(`A=${half}`, 'X=$A$A', use).at(-1), `3 ${half}${half}/z`);
  assert.equal(paths(`A=${half}`, 'X=/b', 'X=$A$A/', 'touch /c/$X').at(-1), '4 ~/c/*');
});

test('loops: a line for each value of one variable, and the first value of others', () => {
  const loop = (values: string, ...more: string[]): string[] =>
    paths('X=/etc/a', ...more, `for X in ${values}; do`, 'touch /e/$X$Y').filter((each) =>
      each.includes('/e/'),
    );
  assert.equal(loop('b "c"'), [`3 ~/e/b*`, '3 ~/e/c*']);
  assert.equal(loop('b c', 'for Y in 1 2; do'), ['4 /e/b1', '4 /e/c1']);
  // What is not known is no value, and nothing is left of the old one.
  assert.equal(paths('for X in b $1; do', 'touch /e/$X'), ['2 /e/b']);
  assert.equal(paths('X=b', 'for X in $(ls); do', 'touch /e/$X'), ['3 ~/e/*']);
  assert.equal(paths('A=b', 'for X in $A; do', 'touch /e/$X'), ['3 /e/b']);
  assert.is(paths('for X in 1 2 3 4 5 6 7 8 9; do', 'touch /e/$X').length, 8);
  const long = 'v'.repeat(256);
  assert.equal(paths(`for X in ${long} ${long}v w; do`, 'touch /e/$X'), [`2 /e/${long}`, '2 /e/w']);
});

test('what a line does with a path: a value, and a program that is only run', () => {
  assert.equal(uses('X=/etc/a'), ['reads /etc/a']);
  assert.equal(uses('/usr/sbin/update-x /etc/a'), ['reads /usr/sbin/update-x', 'writes /etc/a']);
  assert.equal(uses('true; /usr/sbin/update-x'), ['reads /usr/sbin/update-x']);
  assert.equal(uses('true; /usr/sbin/x /etc/a'), ['reads /usr/sbin/x', 'manages /etc/a']);
  assert.equal(uses('chown root /etc/a'), ['manages /etc/a']);
  assert.equal(uses('if ! sudo env A=b rm /etc/b; then'), ['removes /etc/b']);
  assert.equal(uses('cp /etc/a /etc/b # no operand'), ['reads /etc/a', 'writes /etc/b']);
  assert.is(useOf('cp x thing', 5, 5), 'writes');
});

test.run();
