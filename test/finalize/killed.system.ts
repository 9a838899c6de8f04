// SIGKILL at 50 random points of a real run on real input: the next run completes it to the same tree.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { before } from '../support/before.ts';
import { pack, runCli, STILLROOT } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { seen } from './every-kind.ts';

const test = suite('killed');
const scratch = new Scratch('killed', '/var/tmp');
const EPOCH = ['--source-date-epoch', '1600000000'];
const KILLS = 50;
const original = scratch.in('original');
let expected = '';
let digest = '';
/** Milliseconds for which the journal of an uncut run was there. */
let span = 0;
test.after(() => scratch.remove());

async function copy(): Promise<string> {
  const root = scratch.in('root');
  await succeed(['rm', '-rf', root]);
  await succeed(['cp', '-a', original, root]);
  return root;
}

/** Kills a run this long after it made its journal; returns how long the journal had been there. */
async function cut(root: string, delay: number): Promise<number> {
  const child = spawn(process.execPath, [STILLROOT, 'finalize', root, ...EPOCH, '--quiet'], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const journal = `${root}/${JOURNAL_DIRECTORY}`;
  while (child.exitCode === null && !existsSync(journal)) await sleep(0.5);
  const started = performance.now();
  while (child.exitCode === null && existsSync(journal) && performance.now() - started < delay)
    await sleep(0.2);
  const lasted = performance.now() - started;
  child.kill('SIGKILL');
  await ended;
  return lasted;
}

before(test, async () => {
  materialize(original, readSlice('first'));
  // More of it, so that the work takes a while.
  for (const name of ['first', 'second'] as const) materialize(`${original}/srv-${name}`, readSlice(name));
  digest = (await pack(original, scratch.in('a.cpio'), EPOCH)).digests.payload;
  const root = await copy();
  span = await cut(root, Number.POSITIVE_INFINITY);
  assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
  expected = seen(root);
});

test(`${KILLS} runs killed anywhere`, async () => {
  let interrupted = 0;
  let uncommitted = 0;
  for (let index = 0; index < KILLS; index += 1) {
    const root = await copy();
    const delay = Math.random() * span;
    await cut(root, delay);
    if (existsSync(`${root}/${JOURNAL_DIRECTORY}`)) interrupted += 1;
    const { status, stderr } = await runCli(['finalize', root, ...EPOCH]);
    const where = `killed ${delay.toFixed(2)} of ${span.toFixed(2)} ms after the journal was made`;
    assert.is(status, 0, `${where}: ${stderr}`);
    if (!stderr.includes('completed an interrupted run')) uncommitted += 1;
    assert.is(seen(root), expected, where);
  }
  // Otherwise nothing was tested.
  assert.ok(interrupted > KILLS / 2, `${interrupted} of ${KILLS} were cut while they worked`);
  assert.ok(uncommitted < KILLS, 'no list was completed');
});

test('and the archive of it is that of the untouched tree', async () => {
  const root = await copy();
  await cut(root, span / 2);
  await runCli(['finalize', root, ...EPOCH]);
  assert.is((await pack(root, scratch.in('b.cpio'), EPOCH)).digests.payload, digest);
});

test.run();
