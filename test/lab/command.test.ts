import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemorySampler } from '../../src/lab/command.ts';
import { until } from '../support/until.ts';

const test = suite('lab command');

const KIB = 1024;

test('what has run for a while has a peak, its children’s with it', async () => {
  // Its own process group, which can be killed as one.
  const child = spawn('sh', ['-c', 'sleep 60 & echo started; wait'], { detached: true });
  const pid = child.pid as number;
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const sampler = new MemorySampler(pid);
    await until(() => sampler.hasSeenEnough, 'the sampler has seen enough');
    const both = sampler.stop();
    const own = Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * KIB;
    assert.ok(both !== undefined && both > own && both < 100_000 * KIB, `${both}, of it ${own}`);
    assert.ok(own > 250 * KIB, String(own));
  } finally {
    process.kill(-pid);
  }
});

test('of what ends at once nothing is claimed', () => {
  const child = spawn('sleep', ['60']);
  try {
    assert.is(new MemorySampler(child.pid as number).stop(), undefined);
  } finally {
    child.kill();
  }
});

test('a process that is not there has none', async () => {
  const child = spawn('true');
  await new Promise((resolve) => child.once('exit', resolve));
  const sampler = new MemorySampler(child.pid as number);
  // Started later with the same interval, so the first sampler has tried at least as often.
  const other = new MemorySampler(process.pid);
  await until(() => other.hasSeenEnough, 'a process that is there has been seen often enough');
  other.stop();
  assert.is(sampler.stop(), undefined);
});

test.run();
