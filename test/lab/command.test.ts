import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LastLines, MemorySampler, runCommand } from '../../src/lab/command.ts';
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

test('of a long text the last lines are kept, and no line without its beginning', () => {
  const text = Array.from({ length: 40 }, (_, i) => `touch: file ${i}: Read-only file system`).join('\n');
  for (const end of ['', '\n']) {
    for (const size of [1, 7, text.length + 1]) {
      const kept = new LastLines(100);
      const whole = text + end;
      for (let at = 0; at < whole.length; at += size) kept.add(whole.slice(at, at + size));
      assert.equal(kept.text().trim().split('\n'), text.split('\n').slice(-2), `pieces of ${size}`);
    }
  }
  const short = new LastLines(100);
  short.add('a\n\nb');
  assert.is(short.text(), 'a\n\nb');
  assert.is(new LastLines(100).text(), '');
});

test('of a line that is too long the beginning is kept', () => {
  for (const end of ['', '\n']) {
    for (const size of [3, 1000]) {
      const kept = new LastLines(20);
      const text = `first\nerror: ${'x'.repeat(500)}${end}`;
      for (let at = 0; at < text.length; at += size) kept.add(text.slice(at, at + size));
      assert.is(kept.text(), `error: ${'x'.repeat(13)}${end}`);
    }
  }
});

test('what a command says is kept in whole lines and whole characters', async () => {
  const script =
    'i=0; while [ $i -lt 400 ]; do echo "touch: datei-\u00fc-$i: Read-only file system"; i=$((i+1)); done >&2; exit 3';
  const { status, stderr } = await runCommand(['sh', '-c', script], {
    env: { PATH: process.env.PATH ?? '' },
    timeout: 60_000,
  });
  assert.is(status, 3);
  assert.ok(stderr.length > 3000 && stderr.length <= 4096, String(stderr.length));
  for (const line of stderr.split('\n'))
    assert.match(line, /^touch: datei-\u00fc-\d+: Read-only file system$/);
  assert.match(stderr, /-399: /);
});

test.run();
