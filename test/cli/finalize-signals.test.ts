// A signal at a known call of a real process: its status, what it says, and that the next run completes the tree.
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { freshDirectory, seen } from '../finalize/every-kind.ts';
import { before } from '../support/before.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('finalize and signals');
const scratch = new Scratch('finalize-signals');
const DURING_CALL = fileURLToPath(new URL('../support/during-call.ts', import.meta.url));
const EPOCH = ['--source-date-epoch', '1600000000'];
let untouched = '';
let expected = '';
test.after(() => scratch.remove());

function makeTree(): string {
  const root = `${freshDirectory(scratch.path)}/root`;
  for (const path of ['etc', 'var/log', 'var/cache/ldconfig'])
    mkdirSync(`${root}/${path}`, { recursive: true });
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  for (const path of ['etc/machine-id', 'etc/hostname', 'var/log/dpkg.log', 'var/cache/ldconfig/aux-cache']) {
    writeFileSync(`${root}/${path}`, 'random\n');
  }
  for (const path of ['etc/os-release', 'etc', 'var/log', 'var/cache/ldconfig', 'var/cache', 'var', '']) {
    utimesSync(`${root}/${path}`, 1_700_000_000, 1_700_000_000);
  }
  for (const path of ['etc/machine-id', 'etc/hostname', 'var/log/dpkg.log', 'var/cache/ldconfig/aux-cache']) {
    utimesSync(`${root}/${path}`, 1_700_000_000, 1_700_000_000);
  }
  return root;
}

/** @param during what happens in the process just before the first call whose name and arguments match */
function finalize(
  root: string,
  during?: { call: RegExp; signal?: string; second?: boolean },
): Promise<CliResult> {
  if (during === undefined) return runCli(['finalize', root, ...EPOCH]);
  const { call, signal, second } = during;
  return runCli(['finalize', root, ...EPOCH], {
    node: [process.execPath, '--import', DURING_CALL],
    env: {
      ...process.env,
      DURING_CALL: call.source,
      ...(signal === undefined ? {} : { DURING_CALL_SIGNAL: signal }),
      ...(second === true ? { DURING_CALL_ARGUMENTS: JSON.stringify(['finalize', root, ...EPOCH]) } : {}),
    },
  });
}

before(test, async () => {
  const root = makeTree();
  untouched = seen(root);
  const { status, stderr } = await finalize(root);
  assert.is(status, 0, stderr);
  expected = seen(root);
  assert.is.not(expected, untouched);
});

test('SIGHUP before the list counts: status 129, and the tree is as it was', async () => {
  const root = makeTree();
  // There are more contents to come.
  const during = { call: /^openSync .*\/content-0$/, signal: 'SIGHUP' };
  const { status, text, stderr } = await finalize(root, during);
  assert.is(status, 129, stderr);
  assert.is(text, '');
  assert.is(stderr, `stillroot: ${root}: interrupted: the tree is unchanged. Run finalize again.\n`);
  assert.is(seen(root), untouched);
});

test('SIGINT when the list counts, SIGTERM while that is completed: 130 and 143, and the next run completes the tree', async () => {
  const root = makeTree();
  const what =
    'the tree is partly changed. Run finalize again to complete it; until then pack refuses the tree.';
  const message = `stillroot: ${root}: interrupted: ${what}\n`;
  const first = await finalize(root, { call: /^renameSync .*\/seal\.new /, signal: 'SIGINT' });
  assert.equal([first.status, first.text, first.stderr], [130, '', message]);
  assert.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}/seal`));
  assert.is(readFileSync(`${root}/etc/machine-id`, 'utf8'), 'random\n');
  const second = await finalize(root, { call: /^renameSync .*\/content-0 /, signal: 'SIGTERM' });
  assert.equal([second.status, second.text, second.stderr], [143, '', message]);
  const third = await finalize(root);
  assert.is(third.status, 0, third.stderr);
  assert.match(third.stderr, /completed an interrupted run \(\d+ operations\)/);
  assert.is(seen(root), expected);
});

test('when all is done: the status of the signal, and the tree is complete', async () => {
  const root = makeTree();
  const during = { call: /^rmdirSync .*\/\.stillroot-finalize$/, signal: 'SIGTERM' };
  const { status, stderr } = await finalize(root, during);
  assert.is(status, 143, stderr);
  assert.is(stderr, `stillroot: ${root}: interrupted: the tree is complete; nothing is left to do.\n`);
  assert.is(seen(root), expected);
});

test('a second finalize meanwhile says so and changes nothing', async () => {
  const root = makeTree();
  const { status, stderr } = await finalize(root, { call: /^unlinkSync .*\/seal$/, second: true });
  assert.is(status, 0, stderr);
  assert.match(
    stderr,
    /^status 2\nstillroot: .*another finalize is running \(process \d+\)\. Wait until it has ended\.\n$/,
  );
  assert.is(seen(root), expected);
});

test.run();
