import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makePaint, printable, processTerminal } from '../../src/cli/terminal.ts';
import { bytesReadLate } from '../support/late-reader.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { TestTerminal } from '../support/test-terminal.ts';

const test = suite('terminal');
const scratch = new Scratch('terminal');
test.after(() => scratch.remove());

test('paint puts a style around a text, which is what a terminal understands once it is printed', () => {
  const terminal = new TestTerminal();
  assert.is(printable(makePaint('always', terminal, false)('bold', 'x')), '\x1b[1mx\x1b[22m');
  assert.is(makePaint('never', terminal, true)('bold', 'x'), 'x');
});

test('the terminal of this process is one', () => {
  const terminal = processTerminal();
  assert.ok(terminal.columns > 0);
  assert.is(terminal.env, process.env);
});

const MODULE = JSON.stringify(new URL('../../src/cli/terminal.ts', import.meta.url).href);

test('a report into a slow pipe arrives whole', async () => {
  // Once its width is known, Node has made the pipe one whose writes do not wait.
  const code = `const { processTerminal } = await import(${MODULE});
    const terminal = processTerminal(); terminal.columns; terminal.out('x'.repeat(3_000_000)); process.exit(0)`;
  assert.is(await bytesReadLate(scratch.in('pipe'), code), 3_000_000);
});

test('a reader that went away is no failure of a report', async () => {
  const code = `const { processTerminal } = await import(${MODULE}); processTerminal().out('x'.repeat(3_000_000));`;
  const script = '{ "$0" --input-type=module -e "$1"; echo "status $?" >&2; } | head -c 1 >/dev/null';
  const { stderr } = await runCommand(['sh', '-c', script, process.execPath, code]);
  assert.is(stderr, 'status 0\n');
});

test.run();
