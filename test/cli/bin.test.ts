import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCli } from '../support/run-cli.ts';

const test = suite('bin');

test('the status of the verb is the status of the process', async () => {
  assert.is((await runCli(['rules', 'show', 'machine-id'])).status, 0);
  assert.is((await runCli(['check', '/no/such'])).status, 2);
});

test('nothing of the environment but what is documented changes what is printed', async () => {
  const odd = {
    ...process.env,
    LC_ALL: 'tr_TR.UTF-8',
    TZ: 'Asia/Kathmandu',
    COLUMNS: '40',
    HOME: '/no/such',
  };
  const plain = await runCli(['rules', 'list']);
  assert.is((await runCli(['rules', 'list'], { env: odd, cwd: '/' })).text, plain.text);
});

test.run();
