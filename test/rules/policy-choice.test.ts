import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import type { Policy } from '../../src/rules/policies.ts';
import { checkPoliciesOf, choosePolicies } from '../../src/rules/policy-choice.ts';
import { rule } from './make-tree.ts';

const test = suite('policy-choice');

const policies: readonly Policy[] = [
  { name: 'machine-id', values: ['empty', 'uninitialized', 'keep'], default: 'empty', what: '', why: '' },
  { name: 'apt-lists', values: ['drop', 'keep'], default: 'drop', what: '', why: '' },
];

const choice = (name: string, value: string): { name: string; value: string; where: string } => ({
  name,
  value,
  where: '--policy',
});

test('defaults, and the last choice over them', () => {
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

test('an unknown name or value says what there is', () => {
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

test('an earlier bad choice is an error even if a later one is good', () => {
  failure(() => choosePolicies(policies, [choice('apt-lists', 'x'), choice('apt-lists', 'keep')]));
});

test('rules may ask only for what there is', () => {
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
