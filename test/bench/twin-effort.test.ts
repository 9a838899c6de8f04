// The processor time of a process and its children, as the kernel prints it.
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureEffort, processorSeconds } from '../../bench/twin-effort.ts';

const test = suite('effort of twins');

test('fields 14 to 17, whatever the program is called', () => {
  const stat = (name: string): string =>
    `42 (${name}) S 1 42 42 0 -1 4194560 911 5000 0 0 100 20 3000 400 20 0 1 0 12345 1000000 300`;
  assert.is(processorSeconds(stat('node')), 35.2);
  assert.is(processorSeconds(stat('a) b (1 2')), 35.2);
});

test('the time since the beginning, and the work done in it', () => {
  const stat = (): number => processorSeconds(readFileSync('/proc/self/stat', 'utf8'));
  const outer = { wall: performance.now(), cpu: stat() };
  const end = measureEffort();
  const inner = { wall: performance.now(), cpu: stat() };
  while (performance.now() - inner.wall < 50 || stat() - inner.cpu < 0.03);
  const [wallInside, cpuInside] = [performance.now() - inner.wall, stat() - inner.cpu];
  const { wall, cpu } = end();
  assert.ok(wall >= wallInside / 1000 && wall <= (performance.now() - outer.wall) / 1000, `${wall}`);
  assert.ok(cpu >= cpuInside - 0.001 && cpu <= stat() - outer.cpu + 0.001, `${cpu}`);
});

test('what is measured is added to what was measured before', () => {
  const { wall, cpu } = measureEffort()({ wall: 1000, cpu: 500 });
  assert.ok(wall >= 1000 && wall < 2000);
  assert.ok(cpu >= 500 && cpu < 1000);
});

test.run();
