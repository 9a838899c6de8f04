import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChangeAction, ChangeTally } from '../../src/plan/changes.ts';
import { makeEntry } from '../support/entries.ts';
import { planned } from '../support/plain-plan.ts';

const test = suite('changes');

test('changes are summed up by rule and action', () => {
  const tally = new ChangeTally();
  tally.add({ id: 'b/x' }, 'drop', 'one', 10);
  tally.add({ id: 'b/x' }, 'drop', 'two', 5);
  tally.add({ id: 'b/x' }, 'truncate', 'three', 1);
  tally.add({ id: 'a/y' }, 'drop', 'four', 0);
  assert.equal(tally.list(), [
    { rule: 'a/y', action: 'drop', count: 1, bytes: 0, paths: ['four'], mayBeChosen: false },
    { rule: 'b/x', action: 'drop', count: 2, bytes: 15, paths: ['one', 'two'], mayBeChosen: false },
    { rule: 'b/x', action: 'truncate', count: 1, bytes: 1, paths: ['three'], mayBeChosen: false },
  ]);
});

test('the list is the same whatever came first, and paths are in tree order', () => {
  const adds = [
    ['r', 'drop', 'a-b'],
    ['r', 'drop', 'a/b'],
    ['q', 'mode', 'z'],
    ['q', 'link', 'y'],
  ] as const;
  const list = (rows: readonly (readonly [string, ChangeAction, string])[]): unknown => {
    const tally = new ChangeTally();
    for (const [rule, action, path] of rows) tally.add({ id: rule }, action, path, 0);
    return tally.list();
  };
  assert.equal(list(adds), list(adds.toReversed()));
  assert.ok(JSON.stringify(list(adds)).includes('["a/b","a-b"]'));
});

test('normalizers count what they changed, and nothing else', () => {
  const origin = makeEntry('f', 'file', { mtime: 5, uid: 1 });
  const count = (fields: object, hasNewOwner = false): string[] => {
    const tally = new ChangeTally();
    tally.addNormalized(planned({ ...origin, ...fields }, { origin }), hasNewOwner);
    return tally.list().map(({ rule }) => rule);
  };
  assert.equal(count({}), []);
  assert.equal(count({ mtime: 4 }), ['normalize/mtime']);
  assert.equal(count({ uid: 0 }), []);
  assert.equal(count({ uid: 0 }, true), ['normalize/owner']);
  assert.equal(count({ gid: 9, mtime: 0 }, true), ['normalize/mtime', 'normalize/owner']);
  assert.equal(count({ mode: 0, size: 9 }), []);
});

test('an added entry was not normalized', () => {
  const tally = new ChangeTally();
  tally.addNormalized(planned(makeEntry('f'), { origin: null }), false);
  assert.equal(tally.list(), []);
});

test.run();
