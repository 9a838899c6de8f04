import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { epochWarnings } from '../../src/plan/epoch-warnings.ts';
import type { PlanSettings } from '../../src/plan/plan.ts';
import { makeEntry } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('epoch-warnings');
const EPOCH = 1_600_000_000;
const NOW = EPOCH + 100;

function codes(mtimes: readonly number[], settings: Partial<PlanSettings> = {}, clock = NOW): string[] {
  const source = memorySource(mtimes.map((mtime, n) => makeEntry(`f${n}`, 'file', { mtime })));
  const plan = makePlan(source, [], { epoch: EPOCH, ...settings });
  return epochWarnings(plan, clock).map(({ code }) => code);
}

test('an epoch later than the clock, whatever the tree and the policy for times', () => {
  for (const mtime of ['clamp', 'set', 'keep'] as const) {
    assert.equal(codes([EPOCH + 5], { mtime }, EPOCH - 0.5), ['epoch-in-future']);
    assert.equal(codes([EPOCH + 5], { mtime }, EPOCH), []);
  }
  assert.equal(codes([5], {}, EPOCH - 1), ['epoch-in-future']);
});

test('an epoch later than every time of the tree; equal to one, it is that of an earlier run', () => {
  assert.equal(codes([5, EPOCH - 1]), ['epoch-clamps-nothing']);
  assert.equal(codes([5, EPOCH]), []);
  assert.equal(codes([5, EPOCH + 1]), []);
  assert.equal(codes([5, 6], { mtime: 'set' }), []);
  assert.equal(codes([5, 6], { mtime: 'keep' }), []);
});

test('times that tools set for all entries are no times of a build', () => {
  assert.equal(codes([0, 0]), []);
  assert.equal(codes([1, 1]), []);
  assert.equal(codes([2, 1]), ['epoch-clamps-nothing']);
  assert.equal(codes([]), []);
});

test('what no tree has, such as the entry for the root, does not count', () => {
  assert.equal(codes([5, 6], { rootEntry: true, init: 'f0' }), ['epoch-clamps-nothing']);
  assert.equal(codes([], { rootEntry: true }), []);
});

test('what is dropped does not count', () => {
  const source = memorySource([
    makeEntry('log', 'file', { mtime: NOW }),
    makeEntry('kept', 'file', { mtime: 5 }),
  ]);
  const rule = {
    id: 't/x',
    match: ['log'],
    action: { do: 'drop' },
    why: 'a test',
    source: 'the test',
  } as const;
  const [warning, ...more] = epochWarnings(makePlan(source, [rule], { epoch: EPOCH }), NOW);
  assert.equal([warning?.code, warning?.path, more.length], ['epoch-clamps-nothing', 'kept', 0]);
});

test('both times are told, in seconds and as dates', () => {
  const [warning] = epochWarnings(makePlan(memorySource([]), [], { epoch: 4_102_444_800 }), 1.5);
  assert.match(
    warning?.message ?? '',
    /^the epoch 4102444800 \(2100-01-01T00:00:00Z\) is later than the current time, 1 \(1970-01-01T00:00:01Z\): /,
  );
});

test.run();
