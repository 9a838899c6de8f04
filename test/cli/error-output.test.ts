// Where an error is printed, and in which form.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli/error-output');
const scratch = new Scratch('cli-error-output');
test.after(() => scratch.remove());
// None of them is there: what is wrong with the words is said first.
const tree = scratch.in('none');
const out = scratch.path;
const archive = scratch.in('a.cpio');

test('control characters of a command line reach no terminal', async () => {
  const cases = [
    ['pack', '\x1b[31mred', '-o', archive],
    ['pack', tree, '-o', `${out}/\x1b]0;title\x07.img`],
    ['pack', tree, '-o', archive, '--\x1b[2J'],
    ['pack', tree, '-o', archive, '--mtime', 'a\u009b31m'],
    ['\x1b[31m'],
    ['rules', 'show', 'x\ny'],
  ];
  for (const argv of cases) {
    const { status, stderr } = await run(argv);
    assert.is(status, 2);
    assert.not.match(stderr.slice(0, -1), /[\x00-\x1f\x7f-\x9f]/, JSON.stringify(stderr));
  }
});

test('an error as a JSON document, with a stable code; the message stays on standard error', async () => {
  const { status, stdout, stderr } = await run(['pack', tree, '-o', archive, '--json']);
  assert.is(status, 2);
  const document = JSON.parse(stdout) as { schema: string; error: Record<string, string> };
  assert.is(document.schema, 'stillroot/error/1');
  assert.is(document.error.code, 'source-missing');
  assert.is(document.error.where, tree);
  assert.is(stderr, `stillroot: ${document.error.message}\n`);
});

test('with the archive on standard output an error document goes to standard error', async () => {
  const { status, stdout, stderr } = await run(['pack', tree, '-o', '-', '--json']);
  assert.is(status, 2);
  assert.is(stdout, '');
  assert.match(stderr, /"code": "source-missing"/);
});

test('a stack only with --debug', async () => {
  const { stderr } = await run(['pack', tree, '-o', archive, '--debug']);
  assert.match(stderr, /^stillroot: .*\nStillrootError: .*\n {4}at /);
});

test('messages do not depend on the locale', async () => {
  const env = { ...process.env, LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8', LANGUAGE: 'de' };
  const { stderr } = await runCli(['pack', tree, '-o', archive, '--forse'], { env });
  assert.is(stderr, "stillroot: --forse: unknown option. Did you mean '--force'?\n");
});

test.run();
