import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { programOf, quoteWord, quoteWords, withArguments } from '../../src/bootstrap/shell-words.ts';

const test = suite('bootstrap/shell-words');

test('words that mean nothing to a shell stay as they are', () => {
  for (const word of ['bookworm', '--include=a,b', '/usr/bin/x', '{root}', 'a:b@c%d+e=f']) {
    assert.is(quoteWord(word), word);
  }
  assert.is(quoteWord(''), "''");
  assert.is(quoteWord("it's"), "'it'\\''s'");
  assert.is(quoteWord('~'), "'~'");
  assert.is(quoteWord('*'), "'*'");
});

test('/bin/sh takes every word for what it was', () => {
  const word = fc.string({ unit: fc.constantFrom(...'ab{},= \t\n\'"\\$`~*?[]!#&;|<>()é'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${quoteWords(words)}`], {
        encoding: 'utf8',
      });
      assert.equal(stdout.split('\0').slice(0, -1), words);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('the program of a command', () => {
  for (const [command, program] of [
    ['mmdebstrap bookworm {root}', 'mmdebstrap'],
    ['./make.sh {root}', './make.sh'],
    ['A=b C_1= /opt/x {root}', '/opt/x'],
    ['true', 'true'],
    ['"a b" {root}', undefined],
    ['$x {root}', undefined],
    ['(cd /; x {root})', undefined],
    ['a;b {root}', undefined],
    ['A="b c" x {root}', undefined],
    ['', undefined],
  ] as const) {
    assert.is(programOf(command), program, command);
  }
});

test('more arguments go behind the program', () => {
  assert.is(
    withArguments('A=b mmdebstrap x {root} && y', ['--hook=a "$1"', '-z']),
    `A=b mmdebstrap '--hook=a "$1"' -z x {root} && y`,
  );
  assert.is(withArguments('true', ['$&']), "true '$&'");
  assert.is(withArguments('$x {root}', ['-z']), '$x {root}');
});

test.run();
