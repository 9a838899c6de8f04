import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunning, processMark } from '../../src/finalize/journal.ts';

const test = suite('process-mark');

test('this process runs', () => {
  assert.match(processMark(), new RegExp(`^${process.pid} \\d+$`));
  assert.ok(isRunning(processMark()));
});

test('a process with the same number that started at another time is another', () => {
  const [id, start] = processMark().split(' ');
  assert.not.ok(isRunning(`${id} ${Number(start) + 1}`));
});

test('a process that has ended does not run', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
  const { readFileSync } = await import('node:fs');
  const start = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19];
  const mark = `${child.pid} ${start}`;
  assert.ok(isRunning(mark), mark);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.not.ok(isRunning(mark));
});

test('what is no mark runs nothing', () => {
  for (const mark of [
    '',
    ' ',
    '0 1',
    '-1 1',
    '1',
    '1 ',
    'self 1',
    '../self 1',
    '99999999999 1',
    `${process.pid}`,
  ]) {
    assert.not.ok(isRunning(mark), JSON.stringify(mark));
  }
});

test.run();
