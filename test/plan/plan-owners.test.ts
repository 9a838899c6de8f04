// Who entries belong to.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { NO_ID } from '../../src/normalize/owner.ts';
import type { Plan, PlanSettings } from '../../src/plan/plan.ts';
import type { Action } from '../../src/rules/rule.ts';
import { makeEntry } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { memorySource } from '../support/memory-source.ts';
import { byPath, changes, rule } from '../support/plan-facts.ts';
import { etc, owners } from './plan-sources.ts';

const test = suite('plan: owners');

function ownerOf(fields: { uid: number; gid: number }, settings: Partial<PlanSettings['owner']>): string {
  const source = memorySource([makeEntry('f', 'file', fields)]);
  const { uid, gid } = byPath(makePlan(source, [], owners(settings))).get('f')!.entry;
  return `${uid}:${gid}`;
}

test('owners: auto, keep and root, and maps last', () => {
  const file = { uid: 1000, gid: 100 };
  const me = { uid: 1000, gid: 100 };
  assert.is(ownerOf(file, { policy: 'auto', uid: 0, gid: 0 }), '1000:100');
  assert.is(ownerOf(file, { policy: 'auto', ...me }), '0:0');
  assert.is(ownerOf({ uid: 1001, gid: 100 }, { policy: 'auto', ...me }), '1001:0');
  assert.is(ownerOf(file, { policy: 'keep', ...me }), '1000:100');
  assert.is(ownerOf(file, { policy: 'root' }), '0:0');
  assert.is(
    ownerOf(file, { policy: 'keep', mapUid: new Map([[1000, 0]]), mapGid: new Map([[100, 7]]) }),
    '0:7',
  );
  assert.is(ownerOf(file, { policy: 'root', mapUid: new Map([[0, 9]]) }), '9:0');
});

test('the id that chown cannot set is refused, unless a policy or map takes it away', () => {
  const file = { uid: NO_ID, gid: 0 };
  assert.throws(
    () => ownerOf(file, { policy: 'keep' }),
    (error: StillrootError) =>
      error.code === 'number-out-of-range' && /^f: uid is 4294967295.*--map-uid/.test(error.message),
  );
  assert.throws(() => ownerOf({ uid: 0, gid: NO_ID }, { policy: 'keep' }), /^f: gid is 4294967295/);
  assert.is(ownerOf(file, { policy: 'root' }), '0:0');
  assert.is(ownerOf(file, { policy: 'keep', mapUid: new Map([[NO_ID, 5]]) }), '5:0');
});

test('an owner rule by name looks in the accounts of the tree; --owner root overrules it', () => {
  const rules = [rule('o', 'var/spool/mail', { do: 'owner', user: 'mail', group: 'staff' })];
  const owner = (settings: Partial<PlanSettings>): string => {
    const { uid, gid } = byPath(makePlan(etc(), rules, settings)).get('var/spool/mail')!.entry;
    return `${uid}:${gid}`;
  };
  assert.is(owner({}), '8:50');
  assert.is(owner(owners({ policy: 'root' })), '0:0');
  assert.is(owner(owners({ mapUid: new Map([[8, 80]]) })), '80:50');
});

test('an account that the tree does not know is an error with the rule and the file', () => {
  const plan = (action: Action): Plan => makePlan(etc(), [rule('o', 'var/spool/mail', action)]);
  for (const [action, said] of [
    [{ do: 'owner', user: 'nobody-here' }, /^rule test\/o: names nobody-here, which is not in etc\/passwd/],
    [{ do: 'owner', group: 'mail' }, /etc\/group of the tree/],
  ] as const) {
    assert.throws(
      () => plan(action),
      (error: StillrootError) => error.code === 'rule-file' && said.test(error.message),
    );
  }
  const none = makePlan(memorySource([['x', '']]), [rule('o', 'x', { do: 'owner', user: 7 })]);
  assert.is(byPath(none).get('x')?.entry.uid, 7, 'numbers need no account file');
  const unasked = [rule('o', 'var/spool/mail', { do: 'owner', user: 'nobody-here' })];
  const root = makePlan(etc(), unasked, owners({ policy: 'root' }));
  assert.is(byPath(root).get('var/spool/mail')?.entry.uid, 0, '--owner root asks for no name');
});

test('a rule that gives an entry the owner it has is no change', () => {
  const source = memorySource([
    ['etc/passwd', 'mail:x:8:8::/:\n'],
    makeEntry('m', 'file', { uid: 8 }),
    makeEntry('n', 'file', { uid: 9 }),
  ]);
  assert.equal(changes(makePlan(source, [rule('o', ['m', 'n'], { do: 'owner', user: 'mail' })])), [
    'test/o owner 1 0 n',
  ]);
});

test('what a policy does to owners is the normalizer’s, what a rule does the rule’s', () => {
  const source = memorySource([makeEntry('m', 'file', { uid: 5 }), makeEntry('n', 'file', { uid: 5 })]);
  const settings = owners({ mapUid: new Map([[5, 6]]) });
  assert.equal(changes(makePlan(source, [rule('o', 'm', { do: 'owner', user: 7 })], settings)), [
    'normalize/owner owner 1 0 n',
    'test/o owner 1 0 m',
  ]);
});

test.run();
