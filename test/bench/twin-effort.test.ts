// The processor time of a process and its children, as the kernel prints it.
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

test('what is measured is added to what was measured before', () => {
  const { wall, cpu } = measureEffort()({ wall: 1000, cpu: 500 });
  assert.ok(wall >= 1000 && wall < 2000);
  assert.ok(cpu >= 500 && cpu < 1000);
});

test.run();
