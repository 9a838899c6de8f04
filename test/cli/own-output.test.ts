// Errors of standard output and standard error themselves: status 2 and one line, for every verb.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../src/cli/main.ts';
import { StillrootError } from '../../src/errors.ts';
import { before } from '../support/before.ts';
import { STILLROOT } from '../support/run-cli.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { run, TestTerminal } from '../support/test-terminal.ts';

const test = suite('cli/own-output');
const scratch = new Scratch('own-output');
const [tree, archive] = [scratch.in('tree'), scratch.in('tree.cpio')];

before(test, async () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/x`, 'x');
  for (const path of ['etc/x', 'etc', '']) utimesSync(`${tree}/${path}`, 0, 0);
  assert.is((await run(['pack', tree, '-o', archive])).status, 0);
});
test.after(() => scratch.remove());

/** One command line each, of all that print to standard output. */
const CALLS: readonly (readonly string[])[] = [
  ['check', tree],
  ['diff', tree, archive],
  ['verify', `${archive}.manifest.json`, archive],
  ['reproduce', `${archive}.manifest.json`, tree],
  ['list', archive],
  ['packages', tree],
  ['rules', 'explain', tree, 'etc/x'],
  ['finalize', tree, '--dry-run'],
  ['pack', tree, '-o', archive, '--force'],
  ['hook', 'mkosi'],
  ['--version'],
  ['--help'],
  ['completion'],
];

/** @param redirected what the shell does with the streams */
async function status(argv: readonly string[], redirected: string): Promise<[number | null, string]> {
  const program = ['sh', '-c', `"$@" ${redirected}`, 'sh', process.execPath, STILLROOT, ...argv];
  const { status: ended, stderr } = await runCommand(program, {
    env: { ...process.env, XDG_CACHE_HOME: '/dev/null' },
  });
  return [ended, stderr];
}

const FULL = 'stillroot: standard output: no space left on device.';

test('standard output that is full is trouble, and said in one line', async () => {
  for (const argv of [['check', tree], ['check', tree, '--json'], ['list', archive], ['--help']]) {
    const [ended, stderr] = await status(argv, '> /dev/full');
    assert.equal([ended, stderr], [2, `${FULL} Free some space, or write elsewhere.\n`], argv.join(' '));
  }
});

test('so it is for every verb, with and without --json', async () => {
  const full = new StillrootError('output-failed', 'no space left on device', {
    where: 'standard output',
  });
  for (const argv of CALLS.flatMap((call) => [call, [...call, '--json']])) {
    const terminal = new TestTerminal();
    terminal.out = () => {
      throw full;
    };
    const ended = await main(argv, terminal);
    if (/--json: |Unknown/.test(terminal.stderr)) continue;
    assert.equal([ended, terminal.stderr], [2, `${FULL}\n`], argv.join(' '));
  }
});

test('an error that cannot be said changes no status', async () => {
  for (const more of [[], ['--json']]) {
    assert.equal(await status(['check', scratch.in('nothing'), ...more], '> /dev/full 2> /dev/full'), [
      2,
      '',
    ]);
  }
  assert.equal(await status(['check', tree], '> /dev/null 2>&-'), [0, '']);
  assert.equal(await status(['check', tree], '>&- 2>&-'), [0, '']);
});

test('a reader that has gone changes no status and says nothing', async () => {
  const script = '{ "$@"; echo "status $?" >&2; } | true';
  for (const argv of CALLS.slice(0, 1)) {
    const { stderr } = await runCommand(['sh', '-c', script, 'sh', process.execPath, STILLROOT, ...argv]);
    assert.match(stderr, /^status [01]\n$/);
  }
});

const CRASH = new URL('../../src/cli/failures.ts', import.meta.url).href;
const CRASHES = {
  'an error that nobody catches': "setTimeout(() => { throw new TypeError('lost\\x1b[2J'); })",
  'a promise that nobody waits for': "void Promise.reject(new TypeError('lost\\x1b[2J'))",
  'an error of a thread':
    "new (await import('node:worker_threads')).Worker(\"throw new TypeError('lost\\\\x1b[2J')\", { eval: true })",
};

for (const [what, code] of Object.entries(CRASHES)) {
  test(`${what} ends with 2 and one line, and with a stack where one is asked for`, async () => {
    for (const flags of ['[]', "['--debug']"]) {
      const text = `(await import(${JSON.stringify(CRASH)})).catchCrashes(${flags}); ${code}; setTimeout(() => {}, 60_000);`;
      const { status: ended, stderr } = await runCommand([
        process.execPath,
        '--input-type=module',
        '-e',
        text,
      ]);
      assert.is(ended, 2, stderr);
      assert.match(stderr, /^stillroot: internal error: lost\\x1b\[2J/);
      assert.is(stderr.split('\n').length > 2, flags !== '[]', stderr);
      assert.not.match(stderr, /\x1b/);
    }
  });
}

test.run();
