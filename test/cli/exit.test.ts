import { constants } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EXIT_DIFFERS, EXIT_OK, EXIT_SIGNALS, EXIT_TROUBLE, SignalExit } from '../../src/cli/exit.ts';

const test = suite('exit');

test('statuses', () => {
  assert.equal([EXIT_OK, EXIT_DIFFERS, EXIT_TROUBLE], [0, 1, 2]);
  for (const [name, status] of Object.entries(EXIT_SIGNALS)) {
    assert.is(status, 128 + constants.signals[name as keyof typeof EXIT_SIGNALS]);
  }
});

test('a SignalExit carries its status', () => {
  const error = new SignalExit(130);
  assert.is(error.status, 130);
  assert.match(error.message, /signal \(2\)/);
});

test.run();
