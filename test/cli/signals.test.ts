import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SignalExit, withSignals } from '../../src/cli/exit.ts';
import { before } from '../support/before.ts';
import { STILLROOT } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { processorTime, until } from '../support/until.ts';

const test = suite('signals');
const scratch = new Scratch('cli-signals');
const MIB = 1024 * 1024;

before(test, () => {
  mkdirSync(scratch.in('tree', 'data'), { recursive: true });
  // Pseudo-random letters: slow to compress, and quick to make.
  const piece = Buffer.alloc(20 * MIB);
  let state = 1;
  for (let at = 0; at < piece.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    piece[at] = 97 + ((state >>> 24) & 15);
  }
  for (const name of ['one', 'two', 'three']) writeFileSync(scratch.in('tree', 'data', name), piece);
});
test.after(() => scratch.remove());

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Packs into a separate directory and sends the signal once blocks are being encoded. */
async function interrupt(place: string, signal: NodeJS.Signals, args: readonly string[]): Promise<Ended> {
  const argv = [STILLROOT, 'pack', scratch.in('tree'), '-o', `${place}/out.cpio.xz`, '--level', '9', ...args];
  const child = /\.[jt]s$/.test(STILLROOT) ? spawn(process.execPath, argv) : spawn(STILLROOT, argv.slice(1));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece: Buffer) => {
    stderr += piece;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const pid = child.pid as number;
  const isRunning = (): boolean => {
    if (child.exitCode !== null) throw new Error(`ended too early: ${stderr}`);
    return true;
  };
  const hasBegun = (): boolean => readdirSync(place).some((name) => name.endsWith('.tmp'));
  await until(() => isRunning() && hasBegun(), 'the temporary file');
  // The first blocks are then being encoded; all of them take far more processor time.
  const before = processorTime(pid);
  await until(() => isRunning() && processorTime(pid) - before >= 0.25, 'blocks are encoded');
  child.kill(signal);
  const status = await ended;
  return { status, stdout, stderr };
}

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} while packing: status ${expected}, and nothing left`, async () => {
    const place = scratch.in(signal);
    mkdirSync(place);
    const { status, stdout, stderr } = await interrupt(place, signal, []);
    assert.is(status, expected, stderr);
    assert.equal(readdirSync(place), []);
    assert.is(stdout, '');
    assert.is(stderr, '');
  });
}

test('an existing output is untouched', async () => {
  const place = scratch.in('existing');
  mkdirSync(place);
  writeFileSync(`${place}/out.cpio.xz`, 'the last good one');
  const { status } = await interrupt(place, 'SIGTERM', ['--force']);
  assert.is(status, 143);
  assert.equal(readdirSync(place), ['out.cpio.xz']);
  assert.is(readFileSync(`${place}/out.cpio.xz`, 'utf8'), 'the last good one');
  assert.ok(existsSync(scratch.in('tree', 'data', 'one')));
});

test('work that ends is undisturbed, and its listeners go', async () => {
  const count = process.listenerCount('SIGTERM');
  let during = 0;
  const result = await withSignals((signal) => {
    during = process.listenerCount('SIGTERM');
    assert.not.ok(signal.aborted);
    return Promise.resolve('done');
  });
  assert.is(result, 'done');
  assert.is(during, count + 1);
  assert.is(process.listenerCount('SIGTERM'), count);
});

test('a signal aborts the work with the status of that signal', async () => {
  const work = withSignals(
    (signal) =>
      new Promise((_, reject) => {
        // A pending promise alone would not keep the process alive.
        const alive = setInterval(() => {}, 1000);
        signal.addEventListener('abort', () => {
          clearInterval(alive);
          reject(signal.reason as Error);
        });
        process.kill(process.pid, 'SIGHUP');
      }),
  );
  const error: unknown = await work.catch((reason: unknown) => reason);
  assert.instance(error, SignalExit);
  assert.is((error as SignalExit).status, 129);
});

test.run();
