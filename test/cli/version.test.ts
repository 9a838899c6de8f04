import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { versionText } from '../../src/cli/version.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('version');

test('tool, profile and encoder', () => {
  assert.match(versionText(), /^stillroot \d+\.\d+\.\d+\nprofile \d+(\nencoder \w+: \S+ \d+\.\d+\.\d+)+$/);
});

test('asked for before --, whatever follows; what follows is no question', async () => {
  assert.is((await run(['--version', '--', 'x'])).stdout, `${versionText()}\n`);
  assert.is((await run(['version', '--'])).stdout, `${versionText()}\n`);
  for (const args of [
    ['pack', '--', '--version'],
    ['version', 'x'],
  ])
    assert.is((await run(args)).status, 2, args.join(' '));
  const { stdout } = await run(['--help']);
  for (const help of ['-h', '--help']) assert.is((await run(['--version', help])).stdout, stdout, help);
});

test.run();
