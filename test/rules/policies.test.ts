import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { POLICIES } from '../../src/rules/policies.ts';

const test = suite('rules/policies');

test('names are unique and in kebab-case', () => {
  for (const { name } of POLICIES) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  assert.is(new Set(POLICIES.map((policy) => policy.name)).size, POLICIES.length);
});

test('every policy leaves a choice, has its default among the values and lets the tree be', () => {
  for (const { name, values, default: chosen } of POLICIES) {
    assert.ok(values.length >= 2, name);
    assert.is(new Set(values).size, values.length, name);
    assert.ok(values.includes(chosen), name);
    assert.ok(values.includes('keep'), name);
    for (const value of values) assert.match(value, /^[a-z]+(-[a-z]+)*$/);
  }
});

test('every policy says what it is and why its default is its default', () => {
  for (const { name, what, why } of POLICIES) {
    assert.match(what, /^[A-Z].*\.$/, name);
    assert.match(why, /^[A-Z].*\.$/, name);
  }
});

test('the defaults on which users rely', () => {
  const defaults = Object.fromEntries(POLICIES.map((policy) => [policy.name, policy.default]));
  assert.is(defaults['machine-id'], 'empty');
  assert.is(defaults['apt-lists'], 'drop');
  assert.is(defaults.initramfs, 'report');
  assert.is(defaults.slim, 'keep');
});

test.run();
