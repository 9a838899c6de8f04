import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWritable } from '../../src/finalize/file-calls.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('writable-directory');
const scratch = new Scratch('writable-directory');
test.after(() => scratch.remove());

const refused = (): Error => Object.assign(new Error('refused'), { code: 'EACCES' });

test('only where it is refused is the directory made writable, and then for that moment', () => {
  mkdirSync(scratch.in('d'));
  chmodSync(scratch.in('d'), 0o555);
  const directory = openSync(scratch.in('d'), 'r');
  const mode = (): number => statSync(scratch.in('d')).mode & 0o7777;
  try {
    const seen: number[] = [];
    const work = (refusals: number) => (): string => {
      seen.push(mode());
      if (seen.length <= refusals) throw refused();
      return 'done';
    };
    assert.is(inWritable(directory, work(0)), 'done');
    assert.equal(seen.splice(0), [0o555]);
    assert.is(inWritable(directory, work(1)), 'done');
    assert.equal(seen.splice(0), [0o555, 0o755]);
    assert.is(mode(), 0o555);
    assert.throws(() => inWritable(directory, work(2)), /refused/);
    assert.is(mode(), 0o555);
    const other = Object.assign(new Error('other'), { code: 'ENOSPC' });
    let calls = 0;
    const fail = (): never => {
      calls += 1;
      throw other;
    };
    assert.throws(() => inWritable(directory, fail), /other/);
    assert.is(calls, 1);
  } finally {
    closeSync(directory);
  }
});

test.run();
