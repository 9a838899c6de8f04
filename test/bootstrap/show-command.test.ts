import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkCommand } from '../../src/bootstrap/placeholders.ts';
import { showCommand } from '../../src/bootstrap/shell-words.ts';

const test = suite('bootstrap/show-command');

test('what is plain is shown as it is, and everything else as what it is', () => {
  const plain = `mmdebstrap --variant=minbase bookworm {root} && echo "a  b" '\\x1b' ~`;
  assert.is(showCommand(plain), plain);
  assert.is(showCommand('a\x7f\x1fb'), 'a<U+007F><U+001F>b');
  assert.is(showCommand('echo caf\u00e9 \u{1f600} {root}'), 'echo caf<U+00E9> <U+1F600> {root}');
  assert.is(showCommand(`a {root}${' '.repeat(4000)}; touch x`), 'a {root} <4000 blanks> ; touch x');
});

test('whatever the command, what is shown of it is printable ASCII without room to hide in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(50), (text, count) => {
      const shown = showCommand(`${text}${' '.repeat(count)}${text}`);
      assert.match(shown, /^[\x20-\x7e]*$/);
      assert.not.match(shown, / {3}/);
    }),
  );
});

test('a command with characters that cannot be seen is refused', () => {
  const unseen = [
    ...['\n', '\t', '\x1b', '\x7f', '\u0085', '\u009b', '\u00a0', '\u00ad', '\u034f', '\u115f', '\u1160'],
    ...['\u17b4', '\u180e', '\u2000', '\u200b', '\u2028', '\u2029', '\u202e', '\u202f', '\u205f', '\u2060'],
    ...['\u2800', '\u3000', '\u3164', '\ufe00', '\ufe0f', '\ufeff', '\uffa0', '\ue000', '\ufdd0', '\u0378'],
    ...['\u{1d173}', '\u{e0001}', '\u{e0041}', '\u{e0100}', '\u{f0000}', '\u{10ffff}', '\ud800'],
  ];
  for (const char of unseen) {
    const code = char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    assert.throws(
      () => checkCommand(`a {root} ${char};x`, 'm.json'),
      new RegExp(`invisible character \\(U\\+${code}\\)`),
      code,
    );
  }
  for (const char of ['\u00e9', '\u4e2d', '\u{1f600}', '~']) checkCommand(`a {root} ${char}`, 'm.json');
});

test.run();
