import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { checkPoliciesOf, choosePolicies, POLICIES, type Policy } from '../../src/rules/policies.ts';
import { rule } from './make-tree.ts';

const test = suite('policies');

test('policies: names are unique and in kebab-case', () => {
  for (const { name } of POLICIES) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  assert.is(new Set(POLICIES.map((policy) => policy.name)).size, POLICIES.length);
});

test('policies: every policy leaves a choice, has its default among the values and lets the tree be', () => {
  for (const { name, values, default: chosen } of POLICIES) {
    assert.ok(values.length >= 2, name);
    assert.is(new Set(values).size, values.length, name);
    assert.ok(values.includes(chosen), name);
    assert.ok(values.includes('keep'), name);
    for (const value of values) assert.match(value, /^[a-z]+(-[a-z]+)*$/);
  }
});

test('policies: every policy says what it is and why its default is its default', () => {
  for (const { name, what, why } of POLICIES) {
    assert.match(what, /^[A-Z].*\.$/, name);
    assert.match(why, /^[A-Z].*\.$/, name);
  }
});

test('policies: the defaults on which users rely', () => {
  const defaults = Object.fromEntries(POLICIES.map((policy) => [policy.name, policy.default]));
  assert.is(defaults['machine-id'], 'empty');
  assert.is(defaults['apt-lists'], 'drop');
  assert.is(defaults.initramfs, 'report');
  assert.is(defaults.slim, 'keep');
});

const policies: readonly Policy[] = [
  { name: 'machine-id', values: ['empty', 'uninitialized', 'keep'], default: 'empty', what: '', why: '' },
  { name: 'apt-lists', values: ['drop', 'keep'], default: 'drop', what: '', why: '' },
];

const choice = (name: string, value: string): { name: string; value: string; where: string } => ({
  name,
  value,
  where: '--policy',
});

test('policy-choice: defaults, and the last choice over them', () => {
  assert.equal(
    [...choosePolicies(policies, [])],
    [
      ['machine-id', 'empty'],
      ['apt-lists', 'drop'],
    ],
  );
  const chosen = choosePolicies(policies, [
    choice('machine-id', 'uninitialized'),
    choice('machine-id', 'keep'),
  ]);
  assert.equal(
    [...chosen],
    [
      ['machine-id', 'keep'],
      ['apt-lists', 'drop'],
    ],
  );
});

function failure(run: () => unknown): StillrootError {
  try {
    run();
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error('did not fail');
}

test('policy-choice: an unknown name or value says what there is', () => {
  const name = failure(() => choosePolicies(policies, [choice('machineid', 'empty')]));
  assert.is(name.code, 'policy-unknown');
  assert.is(name.message, "--policy: there is no policy 'machineid'. Did you mean 'machine-id'?");
  const far = failure(() => choosePolicies(policies, [choice('x', 'empty')]));
  assert.is(far.message, "--policy: there is no policy 'x'. Known policies: machine-id, apt-lists.");
  const value = failure(() => choosePolicies(policies, [choice('machine-id', 'emtpy')]));
  assert.is(value.code, 'policy-unknown');
  assert.is(
    value.message,
    "--policy: policy machine-id has no value 'emtpy'. Its values are empty, uninitialized, keep. Did you mean 'empty'?",
  );
});

test('policy-choice: an earlier bad choice is an error even if a later one is good', () => {
  failure(() => choosePolicies(policies, [choice('apt-lists', 'x'), choice('apt-lists', 'keep')]));
});

test('policy-choice: rules may ask only for what there is', () => {
  const asking = (name: string, value: string | string[]) =>
    rule('a', 'drop', { when: { policy: { name, value } } });
  checkPoliciesOf([rule('a', 'drop'), asking('apt-lists', ['drop', 'keep'])], policies);
  assert.match(
    failure(() => checkPoliciesOf([asking('apt-lists', ['drop', 'kep'])], policies)).message,
    /^the test: rule test\/rule-\d+: policy apt-lists has no value 'kep'/,
  );
  assert.match(
    failure(() => checkPoliciesOf([asking('apt', 'drop')], policies)).message,
    /there is no policy 'apt'/,
  );
});

test.run();
