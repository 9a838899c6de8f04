import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runShell } from '../../src/bootstrap/run-shell.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('bootstrap/run-shell');
const scratch = new Scratch('run-shell');
const env = { PATH: process.env.PATH ?? '', WHERE: scratch.path };

test.after(() => scratch.remove());

test('how it ended, and what it said on both streams', async () => {
  const told: string[] = [];
  const end = await runShell('echo out; echo err >&2; exit 3', { env, onLine: (line) => told.push(line) });
  assert.is(end.how, 'status 3');
  assert.equal([...end.lastLines].sort(), ['err', 'out']);
  assert.equal([...told].sort(), ['err', 'out']);
  assert.is((await runShell('true', { env })).how, 0);
  assert.is((await runShell('kill -9 $$', { env })).how, 'signal SIGKILL');
});

test('the umask of the caller does not matter', async () => {
  const before = process.umask(0o077);
  try {
    await runShell('umask > "$WHERE/umask"', { env });
  } finally {
    process.umask(before);
  }
  assert.is(readFileSync(scratch.in('umask'), 'utf8'), '0022\n');
});

test('there is nothing to read, and no terminal', async () => {
  const { lastLines } = await runShell('cat; tty', { env });
  assert.equal(lastLines, ['not a tty']);
});

test('only the environment that is given', async () => {
  process.env.STILLROOT_TEST_LEAK = 'x';
  const { lastLines } = await runShell('env', { env: { PATH: '/usr/bin:/bin', A: 'b' } });
  delete process.env.STILLROOT_TEST_LEAK;
  const names = lastLines.map((line) => line.split('=')[0]).filter((name) => name !== '_' && name !== 'PWD');
  assert.equal(names.sort(), ['A', 'PATH']);
});

async function isGone(pid: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
    if (status === '' || /^State:\s+Z/m.test(status)) return true;
    await setTimeout(20);
  }
  return false;
}

test('what it leaves running is ended', async () => {
  const { lastLines } = await runShell('sleep 1000 & echo $!', { env });
  assert.ok(await isGone(lastLines[0] ?? ''));
});

test('a process that has left its group does not keep the output open for ever', async () => {
  const leave = 'setsid sh -c "echo \\$\\$; : > \\$WHERE/left; exec sleep 1000" &';
  const { lastLines, how } = await runShell(`${leave} until [ -e "$WHERE/left" ]; do sleep 0.01; done`, {
    env,
  });
  const pid = Number(lastLines[0]);
  assert.ok(pid > 1);
  process.kill(pid, 'SIGKILL');
  assert.is(how, 0);
});

test('a signal asks it to end, and waits until it has', async () => {
  const controller = new AbortController();
  const reason = new Error('told to end');
  const command = `trap 'echo trapped > "$WHERE/trapped"; exit 0' TERM; echo up; while :; do sleep 0.05; done`;
  const running = runShell(command, {
    env,
    signal: controller.signal,
    onLine: () => controller.abort(reason),
  });
  await assertRejects(running, reason);
  assert.is(readFileSync(scratch.in('trapped'), 'utf8'), 'trapped\n');
});

test('one that does not listen is ended after a while', async () => {
  const controller = new AbortController();
  const reason = new Error('told to end');
  let pid = '';
  const running = runShell(`trap '' TERM; echo $$; while :; do sleep 0.05; done`, {
    env,
    signal: controller.signal,
    grace: 100,
    onLine: (line) => {
      pid = line;
      controller.abort(reason);
    },
  });
  await assertRejects(running, reason);
  assert.ok(await isGone(pid));
});

test('one that does not listen is ended at once by a second signal', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const reason = new Error('told to end');
  let pid = '';
  const running = runShell(`trap 'echo trapped' TERM; echo $$; while :; do sleep 0.05; done`, {
    env,
    signal: first.signal,
    again: second.signal,
    grace: 3_600_000,
    onLine: (line) => {
      if (line === 'trapped') second.abort();
      else {
        pid = line;
        first.abort(reason);
      }
    },
  });
  await assertRejects(running, reason);
  assert.ok(await isGone(pid));
});

test('nothing is started after the signal', async () => {
  const reason = new Error('told to end');
  writeFileSync(scratch.in('trace'), '');
  await assertRejects(runShell('rm "$WHERE/trace"', { env, signal: AbortSignal.abort(reason) }), reason);
  assert.ok(existsSync(scratch.in('trace')));
});

async function assertRejects(running: Promise<unknown>, reason: Error): Promise<void> {
  const found = await running.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.is(found, reason);
}

test.run();
