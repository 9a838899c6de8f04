import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemorySampler } from '../../src/lab/command.ts';

const test = suite('lab command');

const KIB = 1024;
const LONG_ENOUGH = 1000;

test('what has run for a while has a peak, its children’s with it', async () => {
  // Its own process group, which can be killed as one.
  const child = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true });
  try {
    const sampler = new MemorySampler(child.pid as number);
    await setTimeout(LONG_ENOUGH);
    const both = sampler.stop();
    assert.ok(both !== undefined && both > 500 * KIB && both < 100_000 * KIB, String(both));
  } finally {
    process.kill(-(child.pid as number));
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
  await setTimeout(LONG_ENOUGH / 4);
  assert.is(sampler.stop(), undefined);
});

test.run();
