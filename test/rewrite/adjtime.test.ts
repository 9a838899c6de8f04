import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adjtime } from '../../src/rewrite/adjtime.ts';
import { rewriteContext } from '../support/rewrite-context.ts';

const test = suite('adjtime');

function outcome(text: string): string {
  const result = adjtime.apply(Buffer.from(text), rewriteContext());
  return result.outcome === 'rewritten' ? Buffer.from(result.bytes).toString() : result.outcome;
}

test('UTC is the default, so nothing of its record is needed', () => {
  for (const text of [
    '0.0 0 0.0\n0\nUTC\n',
    '1.5 1700000000 0.0\n1700000000\nUTC\n',
    '0.0 0 0.0\n',
    'x\nLOCAL\n',
  ])
    assert.is(outcome(text), 'obsolete');
});

test('local time is a choice: two records of it become the same, and stay so', () => {
  const neutral = '0.0 0 0.0\n0\nLOCAL\n';
  assert.is(outcome('1.5 1700000000 0.0\n1700000000\nLOCAL\n'), neutral);
  assert.is(outcome('-0.1 1600000000 0.0\n1600000000\nLOCAL'), neutral);
  assert.is(outcome(neutral), 'unchanged');
  assert.is(outcome(''), 'unchanged');
});

test.run();
