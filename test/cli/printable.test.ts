// Untrusted text never reaches a terminal unfiltered: one place filters everything that is printed.
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ERASE_LINE, guarded, printable, styled } from '../../src/cli/terminal.ts';
import { TestTerminal } from '../support/test-terminal.ts';

const test = suite('cli/printable');
const ACTED_ON = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/u;
const stranger = fc.string({ unit: 'binary' });

test('whatever the text, nothing is left in it that a terminal acts on', () => {
  fc.assert(
    fc.property(stranger, (text) => {
      const shown = printable(text);
      assert.not.match(shown, ACTED_ON);
      assert.is(printable(shown), shown);
    }),
  );
  for (const char of [
    '\x1b',
    '\r',
    '\x7f',
    '\u009b',
    '\u202e',
    '\u2028',
    '\u2029',
    '\u{e0041}',
    '\ufdd0',
    '\ue000',
    '\ud800',
  ]) {
    assert.match(printable(`a${char}b`), /^a(\\u[0-9a-f]{4})+b$/);
  }
});

test('our styles stay, and nobody else can make one', () => {
  assert.is(printable(styled('red', 'a\x1b[2Jb')), '\x1b[31ma\\u001b[2Jb\x1b[39m');
  const seal = styled('bold', '').slice(0, 3);
  // All but the two characters that each process chooses at random.
  for (const forged of [`${seal[0]}[31m`, `${seal.slice(0, 2)}[31m`, '\x1b[31m']) {
    assert.not.match(printable(forged), /\x1b/);
  }
});

test('a JSON document is the same document afterwards', () => {
  fc.assert(
    fc.property(fc.dictionary(stranger, stranger), (value) => {
      const text = JSON.stringify(value, null, 2);
      assert.equal(JSON.parse(printable(text)), JSON.parse(text));
      assert.not.match(printable(text), ACTED_ON);
    }),
  );
});

test('what is written to the stream of progress passes it too', () => {
  const below = new TestTerminal();
  const { progressStream } = guarded(below);
  progressStream.write(`${ERASE_LINE}a\r\x1b[2Kb`);
  assert.equal([below.progress, progressStream.columns], ['\r\x1b[2Ka\\u000d\\u001b[2Kb', 80]);
});

test('both streams pass it, and the rest is that of the terminal below', () => {
  const below = new TestTerminal({ columns: 33 });
  const terminal = guarded(below);
  terminal.out('a\x1b\n');
  terminal.err('b\x9b\n');
  assert.equal([below.stdout, below.stderr, terminal.columns], ['a\\u001b\n', 'b\\u009b\n', 33]);
});

test('what stands for a style is another one in each process, so that no text can have it', async () => {
  const again = (await import(`../../src/cli/terminal.ts?again=${process.pid}`)) as { ERASE_LINE: string };
  assert.is(again.ERASE_LINE.length, ERASE_LINE.length);
  assert.is.not(again.ERASE_LINE, ERASE_LINE);
});

test.run();
