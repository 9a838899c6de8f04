import { mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VERBS } from '../../src/cli/main.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/verb.ts';
import { PROFILE, toolVersion } from '../../src/versions.ts';
import { runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli main');
const verbs = VERBS.map(({ usage }) => usage.split(' ')[0] as string);

test('help names every verb and every common option', async () => {
  const { status, stdout, stderr } = await run(['--help']);
  assert.equal([status, stderr], [0, '']);
  for (const verb of verbs) assert.match(stdout, new RegExp(`\\n {2}${verb} `));
  for (const option of Object.keys(GLOBAL_OPTIONS)) assert.ok(stdout.includes(`--${option}`), option);
  assert.match(stdout, /Exit status: 0 success, 1 differences or changes, 2 error/);
  assert.is((await run(['-h'])).stdout, stdout);
});

for (const { usage, describe, load } of VERBS) {
  const verb = usage.split(' ')[0] as string;
  test(`help of ${verb}: complete, and at most 130 lines of 80 columns`, async () => {
    const { status, stdout, stderr } = await run([verb, '--help']);
    assert.equal([status, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    assert.ok(lines.length <= 130, `${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.ok(lines[0]?.startsWith(`stillroot ${usage}`), lines[0]);
    assert.ok(stdout.includes(describe));
    const { options, examples } = await load();
    for (const { option } of Object.values(options))
      assert.match(stdout, new RegExp(`--${option}\\b`), option);
    assert.ok(examples.length > 0);
    assert.match(stdout, /\nExamples:\n/);
  });
}

test('after -- an argument is one, even if it begins with a dash', async () => {
  const scratch = new Scratch('cli-main');
  const directory = scratch.in('work');
  mkdirSync(`${directory}/-v/etc`, { recursive: true });
  const runIn = (args: readonly string[]): ReturnType<typeof runCli> => runCli(args, { cwd: directory });
  const { status, text } = await runIn(['check', '--json', '--', '-v']);
  assert.is(status, 0);
  assert.match(text, /"source": "\.\/-v"/);
  assert.is((await runIn(['check', '-v', '--', '-v'])).status, 0);
  assert.is((await runIn(['check', '-v'])).status, 2);
  assert.is((await runIn(['check', '--', '-v', '--help'])).status, 2);
});

test('help does nothing else', async () => {
  const { status, stdout } = await run(['pack', '/no/such', '-o', '/no/such/a.cpio', '--help']);
  assert.is(status, 0);
  assert.match(stdout, /^stillroot pack SOURCE -o FILE \[options\]\n/);
});

test('--version prints what decides output bytes, each on a line', async () => {
  const { status, stdout } = await run(['--version']);
  assert.is(status, 0);
  assert.equal(
    stdout,
    `stillroot ${toolVersion()}\nprofile ${PROFILE}\nencoder xz: @napi-rs/lzma 1.5.1\nencoder zstd: zstd 1.5.7\nencoder gzip: pako 3.0.3\n`,
  );
  assert.is((await run(['--version', '-q'])).stdout, stdout);
});

test('options may stand before the verb, and flags twice', async () => {
  assert.is((await run(['--json', 'rules', 'show', 'machine-id'])).status, 0);
  assert.is((await run(['rules', 'show', 'machine-id', '--json', '--json'])).status, 0);
  assert.is((await run(['-q', '-q', 'rules'])).status, 0);
});

test('an unexpected failure is named as what it is, in one line, and with a stack where one is asked for', async () => {
  const { TestTerminal } = await import('../support/test-terminal.ts');
  const { main } = await import('../../src/cli/main.ts');
  const terminal = new TestTerminal();
  terminal.out = () => {
    throw new TypeError('a mistake in the program');
  };
  assert.is(await main(['rules'], terminal), 2);
  assert.match(terminal.stderr, /^stillroot: internal error: a mistake in the program .*--debug.*\n$/);
  terminal.stderr = '';
  assert.is(await main(['rules', '--debug'], terminal), 2);
  assert.match(terminal.stderr, /^stillroot: internal error: .*\nTypeError: .*\n {4}at /);
});

test.run();
